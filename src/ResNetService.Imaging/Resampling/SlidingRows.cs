using System.Buffers;
using ResNetService.Imaging.Resampling.Kernels;

namespace ResNetService.Imaging.Resampling;

/// <summary>
/// The pass across rows, while rows arrive: keeps just the rows that unfinished outputs still need. Each needed source row is
/// written to its <see cref="Slot"/>, in order; then <see cref="TryFinish"/> gives the outputs that this row completes.
/// </summary>
internal sealed class SlidingRows : IDisposable
{
    private readonly ResampleTable _table;
    private readonly KernelPath _path;
    private readonly int _rowBytes;
    private readonly byte[] _rows;
    private readonly int[] _offsets;
    private int _finished;

    public SlidingRows(ResampleTable table, int rowBytes, KernelPath path)
    {
        (_table, _rowBytes, _path) = (table, rowBytes, path);
        _rows = ArrayPool<byte>.Shared.Rent(checked(table.Taps * rowBytes));
        _offsets = ArrayPool<int>.Shared.Rent(table.Taps);
    }

    /// <summary>Where source row <paramref name="row"/> goes; what lay there is no longer needed, as windows begin in ascending order.</summary>
    public Span<byte> Slot(int row) => _rows.AsSpan(row % _table.Taps * _rowBytes, _rowBytes);

    /// <summary>The next output whose rows have all arrived.</summary>
    /// <param name="row">The row that arrived last.</param>
    /// <param name="output">The output's index.</param>
    public bool TryFinish(int row, out int output)
    {
        // A mirrored axis completes its last output first.
        output = _table.Mirrored ? _table.Count - 1 - _finished : _finished;
        if (_finished == _table.Count || _table.Starts[output] + _table.Taps > row + 1)
            return false;
        _finished++;
        return true;
    }

    /// <summary>The bytes of an output that <see cref="TryFinish"/> has just given.</summary>
    public void Sum(int output, Span<byte> destination)
    {
        var offsets = _offsets.AsSpan(0, _table.Taps);
        for (var tap = 0; tap < offsets.Length; tap++)
            offsets[tap] = (_table.Starts[output] + tap) % _table.Taps * _rowBytes;
        RowSum.Run(_path, _rows, offsets, _table.Weights.Slice(output * _table.Taps, _table.Taps), destination);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_rows);
        ArrayPool<int>.Shared.Return(_offsets);
    }
}
