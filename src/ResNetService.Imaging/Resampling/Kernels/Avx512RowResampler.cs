using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ResNetService.Imaging.Resampling.Kernels;

/// <summary>
/// Sixteen output bytes at a time, whichever pixels and channels they belong to: 64 bytes of the row hold two taps of all of them, and
/// one permutation of bytes brings the pairs to their lanes.
/// </summary>
internal sealed class Avx512RowResampler : RowResampler
{
    private const int Group = 16;
    private const int BytesRead = 64;

    // The permutation, and for each two taps the high and the low parts of the weights.
    private const int IndexVectors = 1;
    private const int VectorsAPair = 2;

    private readonly int _pairs;
    private readonly int _groups;

    public Avx512RowResampler(ResampleTable table)
        : base(table, checked(Groups(table) * (((IndexVectors + (Pairs(table) * VectorsAPair)) * Vector512<int>.Count) + 1)))
    {
        (_pairs, _groups) = (Pairs(table), Groups(table));
        var vectors = Layout.AsSpan(0, Layout.Length - _groups);
        for (var group = 0; group < _groups; group++)
        {
            Offsets[group] = Offset(FirstByte(group));
            FillIndex(group, vectors);
            vectors = vectors[Group..];
            for (var pair = 0; pair < _pairs; pair++, vectors = vectors[(VectorsAPair * Group)..])
                FillWeights(group, pair * 2, vectors, vectors[Group..]);
        }
    }

    // After the vectors: where each group's first read begins.
    private Span<int> Offsets => Layout.AsSpan(Layout.Length - _groups);

    /// <summary>Whether 64 bytes reach over the windows' beginnings in every group, which they do up to a reduction to about a third, and the row is long enough to read so many.</summary>
    public static bool Suits(ResampleTable table)
    {
        if (table.Count * 3 < Group || table.SourceLength * 3 < Readable(table))
            return false;
        for (var first = 0; first < table.Count * 3; first += Group)
        {
            var last = Math.Min(first + Group, table.Count * 3) - 1;
            var (one, other) = (Start(table, (last - Group + 1) / 3), Start(table, last / 3));
            if ((Math.Abs(one - other) + 1) * 3 + 3 > BytesRead)
                return false;
        }

        return true;
    }

    protected override void Run(ReadOnlySpan<byte> row, Span<byte> output)
    {
        var offsets = Offsets;
        var samples = Vector512.Create((short)0xFF);
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var target = ref MemoryMarshal.GetReference(output);
        ref var vector = ref Unsafe.As<int, Vector512<byte>>(ref MemoryMarshal.GetArrayDataReference(Layout));
        for (var group = 0; group < _groups; group++)
        {
            ref var window = ref Unsafe.Add(ref source, offsets[group]);
            Vector512<int> low = Vector512.Create(FixedPoint.Half), high = default;
            var index = vector;
            vector = ref Unsafe.Add(ref vector, IndexVectors);
            for (var pair = 0; pair < _pairs; pair++)
            {
                var taps = Avx512Vbmi.PermuteVar64x8(Vector512.LoadUnsafe(ref window), index).AsInt16() & samples;
                high += Avx512BW.MultiplyAddAdjacent(taps, vector.AsInt16());
                low += Avx512BW.MultiplyAddAdjacent(taps, Unsafe.Add(ref vector, 1).AsInt16());
                window = ref Unsafe.Add(ref window, 2 * 3);
                vector = ref Unsafe.Add(ref vector, VectorsAPair);
            }

            var sum = ((high << FixedPoint.LowBits) + low) >> ResampleTable.FractionBits;
            var bytes = Avx512F.ConvertToVector128ByteWithSaturation(Vector512.Max(sum, Vector512<int>.Zero).AsUInt32());
            bytes.StoreUnsafe(ref target, (nuint)FirstByte(group));
        }
    }

    private static int Groups(ResampleTable table) => ((table.Count * 3) + Group - 1) / Group;

    private static int Pairs(ResampleTable table) => (table.Taps + 1) / 2;

    // Each two taps are read six bytes further on.
    private static int Readable(ResampleTable table) => BytesRead + ((Pairs(table) - 1) * 2 * 3);

    // The last group overlaps the one before it, so as to be whole.
    private int FirstByte(int group) => Math.Min(group * Group, (Table.Count * 3) - Group);

    // Of an even number of taps, whose last may not lie beyond the row.
    private static int Start(ResampleTable table, int x) => Math.Min(table.Starts[x] - table.SourceStart, table.SourceLength - (Pairs(table) * 2));

    /// <summary>Where a group's first read begins: at the leftmost window, or as far left of it as the end of the row demands.</summary>
    private int Offset(int firstByte) =>
        Math.Min(Math.Min(Start(Table, firstByte / 3), Start(Table, (firstByte + Group - 1) / 3)) * 3, (Table.SourceLength * 3) - Readable(Table));

    /// <summary>Of each pair's two samples the places in what is read. The bytes between are masked.</summary>
    private void FillIndex(int group, Span<int> index)
    {
        var first = FirstByte(group);
        for (var lane = 0; lane < Group; lane++)
        {
            var (x, channel) = Math.DivRem(first + lane, 3);
            var place = (Start(Table, x) * 3) + channel - Offsets[group];
            index[lane] = place | ((place + 3) << 16);
        }
    }

    private void FillWeights(int group, int tap, Span<int> high, Span<int> low)
    {
        var first = FirstByte(group);
        for (var lane = 0; lane < Group; lane++)
        {
            var x = (first + lane) / 3;
            var shifted = tap - (Table.Starts[x] - Table.SourceStart - Start(Table, x));
            (high[lane], low[lane]) = FixedPoint.Split(Table.Weight(x, shifted), Table.Weight(x, shifted + 1));
        }
    }
}
