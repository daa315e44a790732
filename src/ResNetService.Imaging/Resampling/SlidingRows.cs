using System.Buffers;

namespace ResNetService.Imaging.Resampling;

/// <summary>
/// The pass across rows, while rows arrive: keeps just the rows that unfinished outputs still need. Each needed source row is
/// written to its <see cref="Slot"/>, in order; then <see cref="TryFinish"/> gives the outputs that this row completes.
/// </summary>
internal sealed class SlidingRows : IDisposable
{
    private readonly ResampleTable _table;
    private readonly int _rowBytes;
    private readonly int _capacity;
    private readonly byte[] _rows;
    private readonly int[] _offsets;
    private int _finished;

    public SlidingRows(ResampleTable table, int rowBytes)
    {
        (_table, _rowBytes) = (table, rowBytes);
        var arrived = 0;
        for (var i = 0; i < table.Count; i++)
        {
            arrived = Math.Max(arrived, End(Ordered(i)));
            _capacity = Math.Max(_capacity, arrived - table.Start(Ordered(i)));
        }

        _rows = ArrayPool<byte>.Shared.Rent(checked(_capacity * rowBytes));
        _offsets = ArrayPool<int>.Shared.Rent(table.MaxTaps);
    }

    /// <summary>Where source row <paramref name="row"/> goes; what lay there is no longer needed.</summary>
    public Span<byte> Slot(int row) => _rows.AsSpan(row % _capacity * _rowBytes, _rowBytes);

    /// <summary>The next output whose rows have all arrived.</summary>
    /// <param name="row">The row that arrived last.</param>
    /// <param name="output">The output's index; -1 if there is none.</param>
    public bool TryFinish(int row, out int output)
    {
        output = -1;
        if (_finished == _table.Count || End(Ordered(_finished)) > row + 1)
            return false;
        output = Ordered(_finished++);
        return true;
    }

    /// <summary>The bytes of an output that <see cref="TryFinish"/> has just given.</summary>
    public void Sum(int output, Span<byte> destination)
    {
        var weights = _table.Weights(output);
        for (var tap = 0; tap < weights.Length; tap++)
            _offsets[tap] = (_table.Start(output) + tap) % _capacity * _rowBytes;
        ResampleKernels.AcrossRows(_rows, _offsets, weights, destination);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_rows);
        ArrayPool<int>.Shared.Return(_offsets);
    }

    // A mirrored axis completes its last output first.
    private int Ordered(int i) => _table.Mirrored ? _table.Count - 1 - i : i;

    private int End(int output) => _table.Start(output) + _table.Weights(output).Length;
}
