using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ResNetService.Imaging.Resampling.Kernels;

/// <summary>
/// Four output pixels at a time, one in each half of two vectors. Sixteen bytes of a window hold four taps and a remainder that is not
/// used; a shuffle makes them pairs of 16-bit samples of one channel.
/// </summary>
internal sealed class Avx2RowResampler : RowResampler
{
    private const int Group = 4;
    private const int TapsAtOnce = 4;

    // Of a group and four taps: high and low parts of the first two taps, then of the others, for each of the two vectors.
    private const int VectorsAtOnce = 8;

    private readonly int _steps;
    private readonly (int Start, int End) _groups;

    public Avx2RowResampler(ResampleTable table)
        : base(table, checked(table.Count / Group * Steps(table) * VectorsAtOnce * Vector256<int>.Count))
    {
        _steps = Steps(table);
        _groups = FindGroups();
        var vectors = MemoryMarshal.Cast<int, Vector256<int>>(Layout.AsSpan());
        for (var group = _groups.Start; group < _groups.End; group++)
        {
            for (var step = 0; step < _steps; step++, vectors = vectors[VectorsAtOnce..])
            {
                FillPair(group * Group, step, vectors);
                FillPair((group * Group) + 1, step, vectors[(VectorsAtOnce / 2)..]);
            }
        }
    }

    protected override void Run(ReadOnlySpan<byte> row, Span<byte> output)
    {
        ScalarRowResampler.Run(Table, row, output, 0, _groups.Start * Group);
        RunGroups(row, output);
        ScalarRowResampler.Run(Table, row, output, _groups.End * Group, Table.Count);
    }

    private void RunGroups(ReadOnlySpan<byte> row, Span<byte> output)
    {
        // The zeros between the samples: an index with its highest bit set.
        var first = Vector256.Create(Vector128.Create((byte)0, 255, 3, 255, 1, 255, 4, 255, 2, 255, 5, 255, 255, 255, 255, 255));
        var second = Vector256.Create(Vector128.Create((byte)6, 255, 9, 255, 7, 255, 10, 255, 8, 255, 11, 255, 255, 255, 255, 255));
        var compact = Vector256.Create(Vector128.Create((byte)0, 1, 2, 4, 5, 6, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255));
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var target = ref MemoryMarshal.GetReference(output);
        ref var weights = ref Unsafe.As<int, Vector256<int>>(ref MemoryMarshal.GetArrayDataReference(Layout));
        for (var group = _groups.Start; group < _groups.End; group++)
        {
            var starts = Table.Starts.Slice(group * Group, Group);
            ref var window0 = ref Unsafe.Add(ref source, (starts[0] - Table.SourceStart) * 3);
            ref var window1 = ref Unsafe.Add(ref source, (starts[1] - Table.SourceStart) * 3);
            ref var window2 = ref Unsafe.Add(ref source, (starts[2] - Table.SourceStart) * 3);
            ref var window3 = ref Unsafe.Add(ref source, (starts[3] - Table.SourceStart) * 3);
            Vector256<int> evenLow = Vector256.Create(FixedPoint.Half), oddLow = evenLow, evenHigh = default, oddHigh = default;
            for (nuint at = 0; at < (nuint)_steps * TapsAtOnce * 3; at += TapsAtOnce * 3)
            {
                var even = Vector256.Create(Vector128.LoadUnsafe(ref window0, at), Vector128.LoadUnsafe(ref window2, at));
                var odd = Vector256.Create(Vector128.LoadUnsafe(ref window1, at), Vector128.LoadUnsafe(ref window3, at));
                var (evenFirst, evenSecond) = (Avx2.Shuffle(even, first).AsInt16(), Avx2.Shuffle(even, second).AsInt16());
                var (oddFirst, oddSecond) = (Avx2.Shuffle(odd, first).AsInt16(), Avx2.Shuffle(odd, second).AsInt16());
                evenHigh += Avx2.MultiplyAddAdjacent(evenFirst, weights.AsInt16()) + Avx2.MultiplyAddAdjacent(evenSecond, Unsafe.Add(ref weights, 2).AsInt16());
                evenLow += Avx2.MultiplyAddAdjacent(evenFirst, Unsafe.Add(ref weights, 1).AsInt16()) + Avx2.MultiplyAddAdjacent(evenSecond, Unsafe.Add(ref weights, 3).AsInt16());
                oddHigh += Avx2.MultiplyAddAdjacent(oddFirst, Unsafe.Add(ref weights, 4).AsInt16()) + Avx2.MultiplyAddAdjacent(oddSecond, Unsafe.Add(ref weights, 6).AsInt16());
                oddLow += Avx2.MultiplyAddAdjacent(oddFirst, Unsafe.Add(ref weights, 5).AsInt16()) + Avx2.MultiplyAddAdjacent(oddSecond, Unsafe.Add(ref weights, 7).AsInt16());
                weights = ref Unsafe.Add(ref weights, VectorsAtOnce);
            }

            var evenSum = ((evenHigh << FixedPoint.LowBits) + evenLow) >> ResampleTable.FractionBits;
            var oddSum = ((oddHigh << FixedPoint.LowBits) + oddLow) >> ResampleTable.FractionBits;
            // Each half: two pixels of four bytes, saturated; the fourth byte is left out.
            var words = Avx2.PackSignedSaturate(evenSum, oddSum);
            var pixels = Avx2.Shuffle(Avx2.PackUnsignedSaturate(words, words), compact).AsUInt64();
            ref var pixel = ref Unsafe.Add(ref target, group * Group * 3);
            // Two bytes too many, which what comes next overwrites.
            Unsafe.WriteUnaligned(ref pixel, pixels[0]);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref pixel, 6), pixels[2]);
        }
    }

    private static int Steps(ResampleTable table) => (table.Taps + TapsAtOnce - 1) / TapsAtOnce;

    /// <summary>The groups that read no byte outside the row and write none outside the output: all but those at one end, as windows ascend or descend.</summary>
    private (int Start, int End) FindGroups()
    {
        var bytesRead = (_steps * TapsAtOnce * 3) + 4;
        var last = (Table.SourceLength * 3) - bytesRead;
        var (start, end) = (0, (Table.Count - 1) / Group);
        while (start < end && WindowOffset(start * Group) > last)
            start++;
        while (start < end && WindowOffset((end * Group) - 1) > last)
            end--;
        return (start, end);
    }

    private int WindowOffset(int output) => (Table.Starts[output] - Table.SourceStart) * 3;

    /// <summary>Weights of outputs <paramref name="output"/>, in the lower halves, and two further, in the upper halves.</summary>
    private void FillPair(int output, int step, Span<Vector256<int>> vectors)
    {
        for (var pair = 0; pair < TapsAtOnce / 2; pair++)
        {
            var tap = (step * TapsAtOnce) + (pair * 2);
            var (lower, upper) = (Split(output, tap), Split(output + 2, tap));
            vectors[pair * 2] = Vector256.Create(Vector128.Create(lower.High), Vector128.Create(upper.High));
            vectors[(pair * 2) + 1] = Vector256.Create(Vector128.Create(lower.Low), Vector128.Create(upper.Low));
        }
    }

    private (int High, int Low) Split(int output, int tap) => FixedPoint.Split(Table.Weight(output, tap), Table.Weight(output, tap + 1));
}
