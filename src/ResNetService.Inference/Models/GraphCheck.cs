using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Models;

/// <summary>Holds what a manifest says of its graph against the graph.</summary>
internal static class GraphCheck
{
    public static IEnumerable<ManifestFault> Faults(string manifestPath, ModelManifest manifest, GraphSignature signature)
    {
        var graph = manifest.Graph;
        var size = manifest.Preprocessing.InputSize;
        if (signature.Inputs.Count != 1)
            yield return new(manifestPath, "graph.input", graph.Input, $"names one input, and the graph has {Show(signature.Inputs)}");
        else if (signature.Inputs[0].Name != graph.Input)
            yield return new(manifestPath, "graph.input", graph.Input, $"is no input of the graph, which has {Show(signature.Inputs)}");
        else
        {
            if (signature.Inputs[0].Type != graph.InputType)
                yield return new(manifestPath, "graph.inputType", graph.InputType.ToString().ToLowerInvariant(), $"contradicts the graph's {Show(signature.Inputs)}");
            long[] shape = graph.Layout == TensorLayout.Nhwc ? [-1, size, size, 3] : [-1, 3, size, size];
            if (!Fits(signature.Inputs[0].Shape, shape))
                yield return new(manifestPath, "graph.layout", graph.Layout.ToString().ToLowerInvariant(), $"with inputSize {size} contradicts the graph's {Show(signature.Inputs)}; the first dimension must be free");
        }

        if (signature.Outputs.FirstOrDefault(o => o.Name == graph.Logits) is not { } logits)
            yield return new(manifestPath, "graph.logits", graph.Logits, $"is no output of the graph, which has {Show(signature.Outputs)}");
        else if (logits.Type != InputType.Float32 || !Fits(logits.Shape, [-1, manifest.Labels.Count]))
            yield return new(manifestPath, "labels", $"{manifest.Labels.Count} labels", $"contradict the graph's float32 logits {logits}; there must be one a column");
        if (graph.Features is not { } name)
            yield break;
        if (signature.Outputs.FirstOrDefault(o => o.Name == name) is not { } features)
            yield return new(manifestPath, "graph.features", name, $"is no output of the graph, which has {Show(signature.Outputs)}");
        else if (features is not { Type: InputType.Float32, Shape: [_, > 0, > 0, > 0] })
            yield return new(manifestPath, "graph.features", name, $"is {features}, and must be float32 [N,C,h,w] with fixed C, h and w");
    }

    /// <summary>Of the output that the manifest calls features; null where it names none. The manifest has no faults.</summary>
    public static FeatureMapShape? FeaturesOf(ModelManifest manifest, GraphSignature signature) =>
        signature.Outputs.FirstOrDefault(o => o.Name == manifest.Graph.Features) is { Shape: [_, var channels, var rows, var columns] }
            ? new((int)channels, (int)rows, (int)columns) : null;

    /// <summary>A free dimension of the graph fits any number; the batch, -1 here, must be free.</summary>
    private static bool Fits(IReadOnlyList<long> actual, ReadOnlySpan<long> expected)
    {
        if (actual.Count != expected.Length)
            return false;
        for (var i = 0; i < expected.Length; i++)
        {
            if (actual[i] != expected[i] && actual[i] >= 0)
                return false;
        }

        return true;
    }

    private static string Show(IReadOnlyList<GraphValue> values) => values.Count == 0 ? "none" : string.Join("; ", values);
}
