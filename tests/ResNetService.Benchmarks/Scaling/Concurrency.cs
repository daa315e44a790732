using System.Globalization;
using System.Runtime.CompilerServices;
using ResNetService.Benchmarks.LoadGeneration;

namespace ResNetService.Benchmarks.Scaling;

/// <summary>More callers at once.</summary>
internal static class Concurrency
{
    private static readonly int[] Connections = [1, 2, 4, 8, 16, 32, 64, 128];

    public static async IAsyncEnumerable<ScalingPoint> MeasureAsync(ScalingContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var server = await context.StartAsync(cancellationToken);
        foreach (var connections in Connections)
        {
            var cell = await LoadMeasurement.ClosedAsync(server, 0, context.Photographs, connections, context.Seconds, cancellationToken);
            yield return Point("service, wall time", "ms an image", 1e3 / cell.RequestsPerSecond);
            yield return Point("service, p50 of a request", "ms a request", 1e3 * cell.P50);
            yield return Point("service, p99 of a request", "ms a request", 1e3 * cell.P99);

            ScalingPoint Point(string metric, string unit, double result) =>
                new("concurrency", connections, connections.ToString(CultureInfo.InvariantCulture), context.Metric(metric), unit, result);
        }
    }
}
