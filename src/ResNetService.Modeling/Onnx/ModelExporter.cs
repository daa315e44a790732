using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Onnx;

/// <summary>A network cannot be exported as asked; the message says why.</summary>
internal sealed class ExportException(string message) : Exception(message);

/// <summary>Writes a network as a model directory: graph and manifest, checked against the network before they are there.</summary>
internal static class ModelExporter
{
    /// <summary>Of the largest logit; float32 rounding reaches 3e-6, and the smallest real mistake 7e-3.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>The same of a graph in float16, whose rounding reaches 7e-4.</summary>
    public const double HalfTolerance = 5e-3;

    /// <param name="network">In evaluation mode, on the CPU.</param>
    /// <param name="manifest">Describes the graph that is to be; its labels give the number of classes.</param>
    /// <param name="destination">models/&lt;name&gt;/&lt;version&gt;; appears whole or not at all.</param>
    /// <param name="replace">Whether a model that is there may be replaced.</param>
    /// <exception cref="ExportException">The graph and the network disagree, or the network's logits are no numbers: nothing is left behind.</exception>
    /// <exception cref="IOException">The destination cannot be written.</exception>
    public static Agreement Export(Network network, ModelManifest manifest, string destination, bool replace, CancellationToken cancellationToken)
    {
        using var staged = StagedDirectory.For(destination, replace);
        var graph = Path.Combine(staged.Path, ModelManifest.GraphFileName);
        OnnxFile.Write(OnnxGraph.Build(network, manifest), graph);
        ManifestWriter.Write(manifest, Path.Combine(staged.Path, ModelManifest.FileName));
        cancellationToken.ThrowIfCancellationRequested();

        var agreement = GraphVerification.Compare(network, manifest, graph);
        if (!double.IsFinite(agreement.LargestLogit))
            throw new ExportException($"the network's logits reach {agreement.LargestLogit} on photographs: its weights hold a NaN, an infinity or a negative variance, and are damaged or of a training that diverged; nothing was written");
        var tolerance = manifest.Precision == Precision.Fp16 ? HalfTolerance : Tolerance;
        if (!(agreement.Relative <= tolerance))
            throw new ExportException($"the exported graph disagrees with the network: {agreement}, more than {tolerance:R} of the largest logit; nothing was written");
        cancellationToken.ThrowIfCancellationRequested();
        staged.Commit();
        return agreement;
    }
}
