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
        ref var source = ref MemoryMarshal.GetReference(row);
        for (var x = 0; x < table.Count; x++)
        {
            var weights = table.Weights(x);
            var offset = (table.Start(x) - origin) * 3;
            var sum = Vector128.Create(Half);
            // A pixel is read as four bytes, of which the next pixel's first is ignored; the row's last pixel has none after it.
            var end = offset + (weights.Length * 3) == row.Length ? weights.Length - 1 : weights.Length;
            for (var tap = 0; tap < end; tap++, offset += 3)
                sum += Widen(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, offset))) * weights[tap];
            if (end < weights.Length)
                sum += Vector128.Create(row[offset], row[offset + 1], row[offset + 2], 0) * weights[end];
            var rgb = Vector128.Clamp(sum >> ResampleTable.FractionBits, Vector128<int>.Zero, Vector128.Create(255));
            var pixel = output.Slice(x * 3, 3);
            pixel[2] = (byte)rgb[2];
            pixel[1] = (byte)rgb[1];
            pixel[0] = (byte)rgb[0];
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

    private static Vector<int> Clip(Vector<int> sums) =>
        Vector.Min(Vector.Max(sums >> ResampleTable.FractionBits, Vector<int>.Zero), new Vector<int>(255));
}
