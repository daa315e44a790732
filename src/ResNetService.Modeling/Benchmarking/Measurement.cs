using ResNetService.Modeling.Numerics;

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
        var milliseconds = durations.Select(duration => duration.TotalMilliseconds).ToArray();
        return new(what, batch, durations.Count, (double)durations.Count * batch / elapsed.TotalSeconds, Percentile(0.5), Percentile(0.95), Percentile(0.99));

        double Percentile(double fraction) => Distribution.Percentile(milliseconds, fraction);
    }
}
