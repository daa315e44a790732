using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ResNetService.Imaging.Resampling;

/// <summary>
/// The two inner loops of resampling, on 8-bit RGB. Integer sums: whatever the vector width, the result is the same to the bit,
/// and a path for another instruction set has to be so too.
/// </summary>
internal static class ResampleKernels
{
    private const int Half = 1 << (ResampleTable.FractionBits - 1);

    /// <summary>One row, resampled along itself.</summary>
    /// <param name="row">RGB; its first pixel is source pixel <paramref name="origin"/> of <paramref name="table"/>.</param>
    /// <param name="output">table.Count RGB pixels.</param>
    public static void AlongRow(ReadOnlySpan<byte> row, int origin, ResampleTable table, Span<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(origin, table.SourceStart);
        ArgumentOutOfRangeException.ThrowIfLessThan(row.Length, (table.SourceEnd - origin) * 3);
        var starts = table.Starts;
        var taps = table.Taps;
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var weight = ref MemoryMarshal.GetReference(table.Weights);
        for (var x = 0; x < starts.Length; x++)
        {
            ref var pixel = ref Unsafe.Add(ref source, (starts[x] - origin) * 3);
            var sum = Vector128.Create(Half);
            for (var tap = 1; tap < taps; tap++)
            {
                sum += Widen(Unsafe.ReadUnaligned<uint>(ref pixel)) * weight;
                pixel = ref Unsafe.Add(ref pixel, 3);
                weight = ref Unsafe.Add(ref weight, 1);
            }

            // A pixel is read as four bytes of which the last belongs to its neighbour. The window's last may have none.
            var last = Unsafe.ReadUnaligned<ushort>(ref pixel) | ((uint)Unsafe.Add(ref pixel, 2) << 16);
            sum += Widen(last) * weight;
            weight = ref Unsafe.Add(ref weight, 1);

            var rgb = Clip(sum);
            var target = output.Slice(x * 3, 3);
            (target[0], target[1], target[2]) = ((byte)rgb[0], (byte)rgb[1], (byte)rgb[2]);
        }
    }

    /// <summary>Weighted sum of rows, byte by byte.</summary>
    /// <param name="rows">A buffer that holds the rows; row i begins at <paramref name="offsets"/>[i] and has output.Length bytes.</param>
    public static void AcrossRows(ReadOnlySpan<byte> rows, ReadOnlySpan<int> offsets, ReadOnlySpan<int> weights, Span<byte> output)
    {
        var x = 0;
        for (; x <= output.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector<int> a = new(Half), b = a, c = a, d = a;
            for (var tap = 0; tap < weights.Length; tap++)
            {
                Vector.Widen(new Vector<byte>(rows[(offsets[tap] + x)..]), out var low, out var high);
                Vector.Widen(low, out var first, out var second);
                Vector.Widen(high, out var third, out var fourth);
                a += first.As<uint, int>() * weights[tap];
                b += second.As<uint, int>() * weights[tap];
                c += third.As<uint, int>() * weights[tap];
                d += fourth.As<uint, int>() * weights[tap];
            }

            Vector.Narrow(
                Vector.Narrow(Clip(a), Clip(b)).As<short, ushort>(),
                Vector.Narrow(Clip(c), Clip(d)).As<short, ushort>()).CopyTo(output[x..]);
        }

        for (; x < output.Length; x++)
        {
            var sum = Half;
            for (var tap = 0; tap < weights.Length; tap++)
                sum += rows[offsets[tap] + x] * weights[tap];
            output[x] = (byte)Math.Clamp(sum >> ResampleTable.FractionBits, 0, 255);
        }
    }

    private static Vector128<int> Widen(uint fourBytes) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(fourBytes).AsByte())).AsInt32();

    private static Vector128<int> Clip(Vector128<int> sums) =>
        Vector128.Min(Vector128.Max(sums >> ResampleTable.FractionBits, Vector128<int>.Zero), Vector128.Create(255));

    private static Vector<int> Clip(Vector<int> sums) =>
        Vector.Min(Vector.Max(sums >> ResampleTable.FractionBits, Vector<int>.Zero), new Vector<int>(255));
}
