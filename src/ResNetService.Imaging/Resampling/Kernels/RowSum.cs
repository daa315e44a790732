using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ResNetService.Imaging.Resampling.Kernels;

/// <summary>The pass across rows: a weighted sum of rows, byte by byte.</summary>
internal static class RowSum
{
    /// <param name="rows">A buffer that holds the rows; row i begins at <paramref name="offsets"/>[i] and has output.Length bytes.</param>
    public static void Run(KernelPath path, ReadOnlySpan<byte> rows, ReadOnlySpan<int> offsets, ReadOnlySpan<int> weights, Span<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, offsets.Length);
        foreach (var offset in offsets)
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)(rows.Length - output.Length));
        if (path == KernelPath.Avx512 && output.Length >= Vector512<byte>.Count)
            Run512(rows, offsets, weights, output);
        else if (path >= KernelPath.Avx2 && output.Length >= Vector256<byte>.Count)
            Run256(rows, offsets, weights, output);
        else if (path >= KernelPath.Vector128 && output.Length >= Vector128<byte>.Count)
            Run128(rows, offsets, weights, output);
        else
            RunScalar(rows, offsets, weights, output);
    }

    // The last vector of each of the following overlaps the one before it, so as to be whole.

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run512(ReadOnlySpan<byte> rows, ReadOnlySpan<int> offsets, ReadOnlySpan<int> weights, Span<byte> output)
    {
        for (var block = 0; block < output.Length; block += Vector512<byte>.Count)
        {
            var x = Math.Min(block, output.Length - Vector512<byte>.Count);
            Vector512<int> a = Vector512.Create(FixedPoint.Half), b = a, c = a, d = a;
            for (var tap = 0; tap < weights.Length; tap++)
            {
                ref var row = ref Unsafe.Add(ref MemoryMarshal.GetReference(rows), offsets[tap] + x);
                var weight = Vector512.Create(weights[tap]);
                a += Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref row)) * weight;
                b += Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref row, 16)) * weight;
                c += Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref row, 32)) * weight;
                d += Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref row, 48)) * weight;
            }

            ref var target = ref Unsafe.Add(ref MemoryMarshal.GetReference(output), x);
            ToBytes(a).StoreUnsafe(ref target);
            ToBytes(b).StoreUnsafe(ref target, 16);
            ToBytes(c).StoreUnsafe(ref target, 32);
            ToBytes(d).StoreUnsafe(ref target, 48);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run256(ReadOnlySpan<byte> rows, ReadOnlySpan<int> offsets, ReadOnlySpan<int> weights, Span<byte> output)
    {
        for (var block = 0; block < output.Length; block += Vector256<byte>.Count)
        {
            var x = Math.Min(block, output.Length - Vector256<byte>.Count);
            Vector256<int> a = Vector256.Create(FixedPoint.Half), b = a, c = a, d = a;
            for (var tap = 0; tap < weights.Length; tap++)
            {
                var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(rows), (nuint)(offsets[tap] + x)));
                var (first, second) = Vector256.Widen(low);
                var (third, fourth) = Vector256.Widen(high);
                a += first.AsInt32() * weights[tap];
                b += second.AsInt32() * weights[tap];
                c += third.AsInt32() * weights[tap];
                d += fourth.AsInt32() * weights[tap];
            }

            Vector256.Narrow(Vector256.Narrow(FixedPoint.Clip(a), FixedPoint.Clip(b)).AsUInt16(), Vector256.Narrow(FixedPoint.Clip(c), FixedPoint.Clip(d)).AsUInt16())
                .StoreUnsafe(ref MemoryMarshal.GetReference(output), (nuint)x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run128(ReadOnlySpan<byte> rows, ReadOnlySpan<int> offsets, ReadOnlySpan<int> weights, Span<byte> output)
    {
        for (var block = 0; block < output.Length; block += Vector128<byte>.Count)
        {
            var x = Math.Min(block, output.Length - Vector128<byte>.Count);
            Vector128<int> a = Vector128.Create(FixedPoint.Half), b = a, c = a, d = a;
            for (var tap = 0; tap < weights.Length; tap++)
            {
                var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(rows), (nuint)(offsets[tap] + x)));
                var (first, second) = Vector128.Widen(low);
                var (third, fourth) = Vector128.Widen(high);
                a += first.AsInt32() * weights[tap];
                b += second.AsInt32() * weights[tap];
                c += third.AsInt32() * weights[tap];
                d += fourth.AsInt32() * weights[tap];
            }

            Vector128.Narrow(Vector128.Narrow(FixedPoint.Clip(a), FixedPoint.Clip(b)).AsUInt16(), Vector128.Narrow(FixedPoint.Clip(c), FixedPoint.Clip(d)).AsUInt16())
                .StoreUnsafe(ref MemoryMarshal.GetReference(output), (nuint)x);
        }
    }

    private static void RunScalar(ReadOnlySpan<byte> rows, ReadOnlySpan<int> offsets, ReadOnlySpan<int> weights, Span<byte> output)
    {
        for (var x = 0; x < output.Length; x++)
        {
            var sum = FixedPoint.Half;
            for (var tap = 0; tap < weights.Length; tap++)
                sum += rows[offsets[tap] + x] * weights[tap];
            output[x] = FixedPoint.ToByte(sum);
        }
    }

    private static Vector128<byte> ToBytes(Vector512<int> sums) =>
        Avx512F.ConvertToVector128ByteWithSaturation(Vector512.Max(sums >> ResampleTable.FractionBits, Vector512<int>.Zero).AsUInt32());
}
