using System.Globalization;
using System.Runtime.CompilerServices;
using ResNetService.Benchmarks.LoadGeneration;

namespace ResNetService.Benchmarks.Scaling;

/// <summary>Several copies of a model under names of their own, asked in turn: they share the cores, the decoders and the callers.</summary>
internal static class ModelCount
{
    private static readonly int[] Counts = [1, 2, 4, 8];

    public static async IAsyncEnumerable<ScalingPoint> MeasureAsync(ScalingContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("scaling-models-");
        var queries = Path.GetTempFileName();
        try
        {
            foreach (var count in Counts)
            {
                // The first keeps its name: it is the default, which answers when the service starts.
                string[] names = [context.ModelName, .. Enumerable.Range(2, count - 1).Select(i => string.Create(CultureInfo.InvariantCulture, $"copy-{i}"))];
                foreach (var name in names)
                    Copy(context.Model.Directory, Path.Combine(folder.FullName, name, "1"));
                await File.WriteAllLinesAsync(queries, names.Select(name => $"?model={name}"), cancellationToken);

                using var server = await context.StartAsync(cancellationToken, folder.FullName);
                var cell = await LoadMeasurement.ClosedAsync(server, 0, context.Photographs, context.Concurrency, context.Seconds, cancellationToken, queries);
                yield return Point("service, wall time", "ms an image", 1e3 / cell.RequestsPerSecond);
                yield return Point("service, peak resident memory", "MB", cell.PeakBytes / 1e6);

                ScalingPoint Point(string metric, string unit, double result) => new("models", count, count.ToString(CultureInfo.InvariantCulture), context.Metric(metric), unit, result);
            }
        }
        finally
        {
            File.Delete(queries);
            folder.Delete(recursive: true);
        }
    }

    private static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
    }
}
