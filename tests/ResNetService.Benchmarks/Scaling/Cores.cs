using System.Globalization;
using System.Runtime.CompilerServices;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Processes;

namespace ResNetService.Benchmarks.Scaling;

/// <summary>The same program on fewer cores; the callers have all of them.</summary>
internal static class Cores
{
    public static async IAsyncEnumerable<ScalingPoint> MeasureAsync(ScalingContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var allowed = CpuList.Allowed();
        foreach (var count in Counts(allowed.Count))
        {
            var cores = string.Join(',', allowed.Take(count));
            var run = await RawRun.InOwnProcessAsync(context.Model.Graph, Baseline.LargeBatch, context.Seconds, cancellationToken, cores);
            yield return Point($"raw run at batch {Baseline.LargeBatch}", "ms an image", 1e3 * run.SecondsPerImage);
            using var server = await context.StartAsync(cancellationToken, cores: cores);
            var cell = await LoadMeasurement.ClosedAsync(server, 0, context.Photographs, context.Concurrency, context.Seconds, cancellationToken);
            yield return Point("service, wall time", "ms an image", 1e3 / cell.RequestsPerSecond);

            ScalingPoint Point(string metric, string unit, double result) => new("cores", count, count.ToString(CultureInfo.InvariantCulture), context.Metric(metric), unit, result);
        }
    }

    /// <summary>1, 2, 4, ... and all of them.</summary>
    internal static IEnumerable<int> Counts(int all)
    {
        for (var count = 1; count < all; count *= 2)
            yield return count;
        yield return all;
    }
}
