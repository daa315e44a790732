namespace ResNetService.Imaging.Resampling.Kernels;

/// <summary>The reference, and what the vector paths leave over at the edges.</summary>
internal sealed class ScalarRowResampler(ResampleTable table) : RowResampler(table)
{
    protected override void Run(ReadOnlySpan<byte> row, Span<byte> output) => Run(Table, row, output, 0, Table.Count);

    /// <param name="from">First output pixel.</param>
    /// <param name="to">One after the last.</param>
    public static void Run(ResampleTable table, ReadOnlySpan<byte> row, Span<byte> output, int from, int to)
    {
        for (var x = from; x < to; x++)
        {
            var weights = table.Weights.Slice(x * table.Taps, table.Taps);
            var window = row.Slice((table.Starts[x] - table.SourceStart) * 3, table.Taps * 3);
            var (r, g, b) = (FixedPoint.Half, FixedPoint.Half, FixedPoint.Half);
            for (var tap = 0; tap < weights.Length; tap++)
            {
                r += window[tap * 3] * weights[tap];
                g += window[(tap * 3) + 1] * weights[tap];
                b += window[(tap * 3) + 2] * weights[tap];
            }

            (output[x * 3], output[(x * 3) + 1], output[(x * 3) + 2]) = (FixedPoint.ToByte(r), FixedPoint.ToByte(g), FixedPoint.ToByte(b));
        }
    }
}
