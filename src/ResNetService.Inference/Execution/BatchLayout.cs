using ResNetService.ModelFormat;

namespace ResNetService.Inference.Execution;

/// <param name="Input">An input of the graph.</param>
/// <param name="ImageShape">Its shape without the batch, which comes first.</param>
/// <param name="ImageBytes">Of one image, in the element type of that input.</param>
/// <param name="Output">An output of the graph, float32 [batch, OutputLength].</param>
/// <param name="Capacity">The most images of a batch, 1 or more.</param>
/// <param name="Features">A second output of the graph, float32 [batch, channels, rows, columns]; null where there is none.</param>
public sealed record BatchLayout(
    string Input, IReadOnlyList<long> ImageShape, int ImageBytes, string Output, int OutputLength, int Capacity, FeatureOutput? Features = null)
{
    /// <summary>How a model's graph takes its images and gives its logits.</summary>
    /// <param name="features">Of the output that <see cref="GraphSpec.Features"/> names; null where it is not to be read.</param>
    public static BatchLayout Of(ModelManifest manifest, int capacity, FeatureMapShape? features = null)
    {
        var (graph, side) = (manifest.Graph, (long)manifest.Preprocessing.InputSize);
        var shape = ShapeOf(graph.Layout, side, side);
        var bytes = checked((int)(side * side * 3 * (graph.InputType == InputType.Float32 ? sizeof(float) : sizeof(byte))));
        return new(graph.Input, shape, bytes, graph.Logits, manifest.Labels.Count, capacity, features is { } map ? new(graph.Features!, map) : null);
    }

    /// <summary>Of one image, without the batch.</summary>
    public static long[] ShapeOf(TensorLayout layout, long height, long width) => layout == TensorLayout.Nhwc ? [height, width, 3] : [3, height, width];
}

/// <summary>The output that a network's classifier pools.</summary>
public sealed record FeatureOutput(string Name, FeatureMapShape Shape);

/// <summary>Of one image: float32, row-major.</summary>
public sealed record FeatureMapShape(int Channels, int Rows, int Columns)
{
    public int Length => checked(Channels * Rows * Columns);

    /// <summary>Values of one channel.</summary>
    public int Places => Rows * Columns;
}
