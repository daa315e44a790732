using System.Globalization;
using System.Runtime.CompilerServices;
using ResNetService.Benchmarks.Measurement;

namespace ResNetService.Benchmarks.Scaling;

/// <summary>More images in a run of the raw network.</summary>
internal static class Batch
{
    private static readonly int[] Sizes = [1, 2, 4, 8, 16, 32];

    public static async IAsyncEnumerable<ScalingPoint> MeasureAsync(ScalingContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var size in Sizes)
        {
            var run = await RawRun.InOwnProcessAsync(context.Model.Graph, size, context.Seconds, cancellationToken);
            yield return new("batch", size, size.ToString(CultureInfo.InvariantCulture), context.Metric("raw run"), "ms an image", 1e3 * run.SecondsPerImage);
        }
    }
}
