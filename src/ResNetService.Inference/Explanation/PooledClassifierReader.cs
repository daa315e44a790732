using Google.Protobuf;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Explanation.Onnx;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Explanation;

/// <summary>
/// Finds the linear layer between a graph's features and its logits, whoever wrote the graph: pooled by GlobalAveragePool or ReduceMean, multiplied by
/// Gemm or MatMul, in float32, float16 or int8 between QuantizeLinear and DequantizeLinear.
/// </summary>
internal sealed class PooledClassifierReader
{
    private readonly string _path;
    private readonly OnnxGraph _graph;

    private PooledClassifierReader(string path) => (_path, _graph) = (path, OnnxFile.Read(path));

    /// <param name="manifest">Names the features; the graph is loaded and agrees with it.</param>
    /// <returns>Null where anything but pooling and one linear layer lies between features and logits, or its weights lie in another file.</returns>
    /// <exception cref="ExecutionException">The file cannot be read.</exception>
    public static PooledClassifier? Read(string graphPath, ModelManifest manifest, FeatureMapShape features)
    {
        try
        {
            var weights = new PooledClassifierReader(graphPath).Weights(manifest.Graph, manifest.Labels.Count, features.Channels);
            return weights is null ? null : new(weights, features);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException or IOException or OverflowException)
        {
            throw new ExecutionException($"{graphPath} cannot be read: {e.Message}", e);
        }
    }

    private float[]? Weights(GraphSpec graph, int classes, int channels)
    {
        if (Layer(Unwrapped(graph.Logits)) is not var (pooled, weights) || Pooling(Unwrapped(pooled)) is not { } maps || Unwrapped(maps) != Unwrapped(graph.Features!))
            return null;
        return weights.Read(_path, classes, channels);
    }

    /// <summary>What computes a value, without what only changes its form.</summary>
    private string Unwrapped(string value)
    {
        while (_graph.Producer(value) is { Operation: "Identity" or "Cast" or "QuantizeLinear" or "DequantizeLinear" or "Dropout" } wrapper)
            value = wrapper.Input(0);
        return value;
    }

    /// <summary>The input and the weights of the linear layer that makes a value; a bias does not matter here.</summary>
    private (string Input, LayerWeights Weights)? Layer(string value) => _graph.Producer(value) switch
    {
        { Operation: "Gemm" } gemm when gemm.Attribute("alpha", 1) == 1 && gemm.Attribute("transA", 0) == 0 =>
            LayerWeights.Find(_graph, gemm.Input(1), rowsAreClasses: gemm.Attribute("transB", 0) == 1) is { } weights ? (gemm.Input(0), weights) : null,
        { Operation: "MatMul" } product => LayerWeights.Find(_graph, product.Input(1), rowsAreClasses: false) is { } weights ? (product.Input(0), weights) : null,
        { Operation: "Add" } sum when sum.Inputs.Where(input => LayerWeights.IsConstant(_graph, input)).Any() =>
            Layer(Unwrapped(sum.Inputs.FirstOrDefault(input => !LayerWeights.IsConstant(_graph, input), ""))),
        _ => null,
    };

    /// <summary>The maps whose global mean a value is.</summary>
    private string? Pooling(string value) => _graph.Producer(value) switch
    {
        { Operation: "Flatten" or "Reshape" or "Squeeze" } shape => Pooling(Unwrapped(shape.Input(0))),
        { Operation: "GlobalAveragePool" } pool => pool.Input(0),
        { Operation: "ReduceMean" } mean when AreOfMaps(mean) => mean.Input(0),
        _ => null,
    };

    /// <summary>Whether a mean is over rows and columns: by its attribute, or since opset 18 by an input.</summary>
    private bool AreOfMaps(OnnxNode mean)
    {
        var axes = mean.Attributes.GetValueOrDefault("axes") ?? (mean.Inputs.Count > 1 ? _graph.Constant(mean.Input(1))?.Integers(_path) : null);
        return axes is [2 or -2, 3 or -1] or [3 or -1, 2 or -2];
    }
}
