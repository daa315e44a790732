namespace ResNetService.Modeling.Benchmarking;

/// <summary>Runs of one batch size.</summary>
/// <param name="What"><c>graph</c>: the run alone. <c>pipeline</c>: image files to classes.</param>
/// <param name="P50Ms">Median duration of a run, in milliseconds; so with the others.</param>
internal sealed record Measurement(string What, int Batch, long Runs, double ImagesPerSecond, double P50Ms, double P95Ms, double P99Ms)
{
    /// <param name="durations">Of every run; at least one.</param>
    /// <param name="elapsed">From the first run's begin to the last one's end.</param>
    public static Measurement Of(string what, int batch, IReadOnlyList<TimeSpan> durations, TimeSpan elapsed)
    {
        var sorted = durations.Order().ToArray();
        return new(what, batch, sorted.Length, (double)sorted.Length * batch / elapsed.TotalSeconds, Percentile(sorted, 50), Percentile(sorted, 95), Percentile(sorted, 99));
    }

    /// <summary>Nearest rank: the smallest duration that so many per cent do not exceed.</summary>
    private static double Percentile(TimeSpan[] sorted, int percent) =>
        sorted[Math.Max(0, (int)Math.Ceiling(percent / 100.0 * sorted.Length) - 1)].TotalMilliseconds;
}
