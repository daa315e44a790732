using System.Runtime.CompilerServices;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Commands;

namespace ResNetService.Benchmarks.Scaling;

/// <summary>Networks of other depths, untrained: weights do not change what they cost.</summary>
internal static class Depth
{
    public static async IAsyncEnumerable<ScalingPoint> MeasureAsync(ScalingContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("scaling-depth-");
        try
        {
            foreach (var architecture in context.Architectures.Select(Architecture.Find))
            {
                var directory = Path.Combine(folder.FullName, architecture.Name);
                var export = new ModelExport(architecture, LabelSets.ImageNet, architecture.Preprocessing, new Provenance("untrained", "none"), directory);
                await Task.Run(() => export.Run(TextWriter.Null, null, cancellationToken), cancellationToken);
                foreach (var batch in new[] { 1, Baseline.LargeBatch })
                {
                    var run = await RawRun.InOwnProcessAsync(Path.Combine(directory, ModelManifest.GraphFileName), batch, context.Seconds, cancellationToken);
                    yield return new("depth", architecture.Measure().MultiplyAdds / 1e9, architecture.Name, $"raw run at batch {batch}", "ms an image", 1e3 * run.SecondsPerImage);
                }

                Directory.Delete(directory, recursive: true);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
