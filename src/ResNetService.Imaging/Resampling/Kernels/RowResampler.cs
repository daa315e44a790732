using System.Buffers;

namespace ResNetService.Imaging.Resampling.Kernels;

/// <summary>The pass along rows: holds the weights of one table in the order in which an instruction set takes them.</summary>
internal abstract class RowResampler : IDisposable
{
    /// <summary>For <paramref name="path"/>, or for the nearest simpler one where the table's shape does not suit it. <paramref name="table"/> must outlive it.</summary>
    public static RowResampler Create(ResampleTable table, KernelPath path) => path switch
    {
        KernelPath.Avx512 when Avx512RowResampler.Suits(table) => new Avx512RowResampler(table),
        KernelPath.Avx512 or KernelPath.Avx2 => new Avx2RowResampler(table),
        KernelPath.Vector128 => new Vector128RowResampler(table),
        _ => new ScalarRowResampler(table),
    };

    /// <param name="row">RGB, source pixels SourceStart to SourceEnd of the table: no byte outside is read.</param>
    /// <param name="output">RGB, as many pixels as the table has outputs.</param>
    public void Resample(ReadOnlySpan<byte> row, Span<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Table.SourceLength * 3);
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, Table.Count * 3);
        Run(row, output);
    }

    public void Dispose() => ArrayPool<int>.Shared.Return(Layout);

    /// <param name="layoutLength">Of <see cref="Layout"/>, at the least.</param>
    protected RowResampler(ResampleTable table, int layoutLength = 0) =>
        (Table, Layout) = (table, ArrayPool<int>.Shared.Rent(layoutLength));

    protected ResampleTable Table { get; }

    /// <summary>Pooled: what the instruction set reads in the place of the table.</summary>
    protected int[] Layout { get; }

    protected abstract void Run(ReadOnlySpan<byte> row, Span<byte> output);
}
