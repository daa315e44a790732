using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ResNetService.Imaging.Resampling.Kernels;

/// <summary>One pixel a vector, in 32-bit lanes.</summary>
internal sealed class Vector128RowResampler(ResampleTable table) : RowResampler(table)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Run(ReadOnlySpan<byte> row, Span<byte> output)
    {
        var starts = Table.Starts;
        var taps = Table.Taps;
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var weight = ref MemoryMarshal.GetReference(Table.Weights);
        for (var x = 0; x < starts.Length; x++)
        {
            ref var pixel = ref Unsafe.Add(ref source, (starts[x] - Table.SourceStart) * 3);
            var sum = Vector128.Create(FixedPoint.Half);
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

            var rgb = FixedPoint.Clip(sum);
            var target = output.Slice(x * 3, 3);
            (target[0], target[1], target[2]) = ((byte)rgb[0], (byte)rgb[1], (byte)rgb[2]);
        }
    }

    private static Vector128<int> Widen(uint fourBytes) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(fourBytes).AsByte())).AsInt32();
}
