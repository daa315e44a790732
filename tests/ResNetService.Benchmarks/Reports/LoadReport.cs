using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;

namespace ResNetService.Benchmarks.Reports;

/// <summary>The table of <c>load</c>. Each figure is a median over the rounds, and each ratio the median of the rounds' ratios.</summary>
internal static class LoadReport
{
    /// <param name="baselines">One for each round.</param>
    /// <param name="peers">Names of the servers with which all are compared.</param>
    public static MarkdownTable Table(IReadOnlyList<LoadCell> cells, IReadOnlyList<Baseline> baselines, IReadOnlyList<string> peers)
    {
        var table = new MarkdownTable(
        [
            "server", "load", "req/s", "p50 ms", "p95 ms", "p99 ms", "answered", "CPU ms/image", "peak MB", "/ raw b1", "/ raw b8", "/ ideal", .. peers.Select(peer => $"/ {peer}"),
        ]);
        foreach (var group in cells.GroupBy(cell => (cell.Load, cell.Server)))
        {
            LoadCell[] own = [.. group];
            table.Add(
            [
                group.Key.Server, group.Key.Load,
                Show.Rate(Median(own, cell => cell.RequestsPerSecond)),
                Show.Milliseconds(Median(own, cell => cell.P50)), Show.Milliseconds(Median(own, cell => cell.P95)), Show.Milliseconds(Median(own, cell => cell.P99)),
                Show.Percent(Median(own, cell => cell.Answered)),
                Show.Milliseconds(Median(own, cell => cell.CpuSecondsPerImage)),
                Show.Megabytes(Median(own, cell => cell.PeakBytes)),
                Show.Ratio(Median(own, cell => cell.RequestsPerSecond * baselines[cell.Round].One.SecondsPerImage)),
                Show.Ratio(Median(own, cell => cell.RequestsPerSecond * baselines[cell.Round].Eight.SecondsPerImage)),
                Show.Ratio(Median(own, cell => cell.RequestsPerSecond / baselines[cell.Round].IdealPerSecond)),
                .. peers.Select(peer => peer == group.Key.Server ? "" : Show.Ratio(Against(own, peer))),
            ]);
        }

        return table;

        double? Against(LoadCell[] own, string peer)
        {
            var ratios =
                (from cell in own
                 from other in cells
                 where other.Server == peer && other.Load == cell.Load && other.Round == cell.Round
                 select cell.RequestsPerSecond / other.RequestsPerSecond).ToArray();
            return ratios.Length == 0 ? null : Distribution.Median(ratios);
        }
    }

    /// <summary>What the table's ratios refer to.</summary>
    public static IEnumerable<string> Baselines(IReadOnlyList<Baseline> baselines)
    {
        var one = Distribution.Median(baselines.Select(baseline => 1 / baseline.One.SecondsPerImage));
        var eight = Distribution.Median(baselines.Select(baseline => 1 / baseline.Eight.SecondsPerImage));
        var preprocessing = Distribution.Median(baselines.Select(baseline => baseline.PreprocessingSeconds));
        var ideal = Distribution.Median(baselines.Select(baseline => baseline.IdealPerSecond));
        yield return $"Raw ONNX Runtime: {Show.Rate(one)} images/s at batch 1, {Show.Rate(eight)} at batch {Baseline.LargeBatch}; preprocessing {Show.Microseconds(preprocessing)} µs of CPU an image; "
            + $"ideal {Show.Rate(ideal)} images/s on {Machine.Cores} cores. Medians over the rounds.";
    }

    private static double Median(LoadCell[] cells, Func<LoadCell, double> figure) => Distribution.Median(cells.Select(figure));
}
