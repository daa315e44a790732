using System.Runtime.CompilerServices;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;

namespace ResNetService.Benchmarks.Scaling;

/// <summary>Photographs of other sizes: what preprocessing costs, and how many are answered.</summary>
internal static class ImageSize
{
    private const int MostPhotographs = 20;

    private static readonly int[] Sides = [32, 128, 256, 512, 1024, 2048];

    public static async IAsyncEnumerable<ScalingPoint> MeasureAsync(ScalingContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var some = Photographs.Of([.. context.Photographs.Paths.Take(MostPhotographs)]);
        using var server = await context.StartAsync(cancellationToken);
        foreach (var side in Sides)
        {
            using var sized = SmallImages.Of(some, side);
            var cost = PreprocessingCost.Measure(sized.Photographs.Encoded, context.Model.Manifest.Preprocessing, Decoders.Default);
            yield return Point("preprocessing, CPU time", "ms an image", 1e3 * cost.PerImage);
            var cell = await LoadMeasurement.ClosedAsync(server, 0, sized.Photographs, context.Concurrency, context.Seconds, cancellationToken);
            yield return Point(context.Metric("service, CPU time"), "ms an image", 1e3 * cell.CpuSecondsPerImage);
            yield return Point(context.Metric("service, wall time"), "ms an image", 1e3 / cell.RequestsPerSecond);

            ScalingPoint Point(string metric, string unit, double result) => new("image-size", side, $"{side}x{side}", metric, unit, result);
        }
    }
}
