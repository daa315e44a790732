using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Evaluation;

/// <summary>
/// A model's graph for images of any height and width. A network that ends in the mean over its last map and a linear layer is fully
/// convolutional as it is: applying the linear layer at every place and averaging gives the same logits.
/// </summary>
internal static class FreeSizeGraph
{
    /// <summary>Operators that take and give maps of any size, and mean the same at each.</summary>
    private static readonly HashSet<string> AnySize =
    [
        "Add", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Conv", "DequantizeLinear", "Div", "Identity", "MaxPool",
        "Mul", "PRelu", "Pad", "QuantizeLinear", "Relu", "Sigmoid", "Slice", "Sub", "Transpose",
    ];

    /// <summary>Loads the graph with a free size; the file stays as it is.</summary>
    /// <exception cref="EvaluationException">The network is bound to one size; the message names the operator that binds it.</exception>
    /// <exception cref="ExecutionException">The graph cannot be loaded.</exception>
    public static IExecutionSession Load(IExecutionBackend backend, ModelManifest manifest, string graphPath)
    {
        var model = OnnxFile.Read(graphPath);
        Free(model.Graph, manifest.Graph);
        return OnnxFile.Load(backend, model, manifest.Precision);
    }

    /// <summary>Frees height and width of the input, and leaves the logits as the one output.</summary>
    private static void Free(GraphProto graph, GraphSpec spec)
    {
        if (Bound(graph, spec) is { } fault)
            throw new EvaluationException($"the network takes images of one size alone: {fault}");

        var dimensions = graph.Input.Single(input => input.Name == spec.Input).Type.TensorType.Shape.Dim;
        var (height, width) = spec.Layout == TensorLayout.Nhwc ? (1, 2) : (2, 3);
        dimensions[height] = new() { DimParam = "H" };
        dimensions[width] = new() { DimParam = "W" };
        var logits = graph.Output.Single(output => output.Name == spec.Logits);
        graph.Output.Clear();
        graph.Output.Add(logits);
    }

    /// <summary>Follows the map from the input to the mean over it.</summary>
    /// <returns>What binds the network to one size; null where nothing does.</returns>
    private static string? Bound(GraphProto graph, GraphSpec spec)
    {
        var maps = new HashSet<string> { spec.Input };
        foreach (var node in graph.Node.Where(node => node.Input.Any(maps.Contains)))
        {
            if (IsGlobalMean(node))
                continue;
            if (!AnySize.Contains(node.OpType))
                return $"{node.OpType} '{node.Name}' takes a map whose size is the image's, where a fully convolutional network has the mean over the map (GlobalAveragePool)";
            maps.UnionWith(node.Output);
        }

        return maps.Contains(spec.Logits) ? "its logits are a map, not a vector" : null;
    }

    private static bool IsGlobalMean(NodeProto node) => node.OpType == "GlobalAveragePool"
        || (node.OpType == "ReduceMean" && node.Attribute.Any(a => a.Name == "axes" && a.Ints.Order().TakeLast(2).SequenceEqual([2L, 3])));
}
