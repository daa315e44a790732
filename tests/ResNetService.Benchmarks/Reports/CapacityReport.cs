using System.Globalization;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Modeling.Numerics;

namespace ResNetService.Benchmarks.Reports;

/// <summary>One model on so many cores in one round.</summary>
/// <param name="Raw">The graph alone on these cores, at batch 8.</param>
/// <param name="Alone">With one caller.</param>
/// <param name="Saturated">With as many callers as keep the cores busy.</param>
internal sealed record CapacityCell(string Model, string Precision, int Cores, RawRun Raw, LoadCell Alone, LoadCell Saturated);

/// <summary>The table of <c>capacity</c>. Each figure is a median over the rounds, and the ratio one of the rounds' ratios.</summary>
internal static class CapacityReport
{
    public static MarkdownTable Table(IReadOnlyList<CapacityCell> cells)
    {
        var table = new MarkdownTable("model", "precision", "cores", "req/s", "/ raw b8", "p50 ms", "p99 ms", "CPU ms/image", "1 caller: p50 ms", "p99 ms", "peak MB");
        foreach (var group in cells.GroupBy(cell => (cell.Model, cell.Precision, cell.Cores)))
        {
            table.Add(
                group.Key.Model,
                group.Key.Precision,
                group.Key.Cores.ToString(CultureInfo.InvariantCulture),
                Show.Rate(Median(cell => cell.Saturated.RequestsPerSecond)),
                Show.Ratio(Median(cell => cell.Saturated.RequestsPerSecond * cell.Raw.SecondsPerImage)),
                Show.Milliseconds(Median(cell => cell.Saturated.P50)),
                Show.Milliseconds(Median(cell => cell.Saturated.P99)),
                Show.Milliseconds(Median(cell => cell.Saturated.CpuSecondsPerImage)),
                Show.Milliseconds(Median(cell => cell.Alone.P50)),
                Show.Milliseconds(Median(cell => cell.Alone.P99)),
                Show.Megabytes(Median(cell => Math.Max(cell.Alone.PeakBytes, cell.Saturated.PeakBytes))));

            double Median(Func<CapacityCell, double> figure) => Distribution.Median(group.Select(figure));
        }

        return table;
    }
}
