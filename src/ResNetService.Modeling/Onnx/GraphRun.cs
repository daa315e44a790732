using System.Runtime.InteropServices;
using ResNetService.Imaging;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Onnx;

/// <summary>Runs a model's graph on preprocessed pixels, without the service around it.</summary>
internal static class GraphRun
{
    /// <param name="pixels">uint8 [images, height, width, 3], channels in the spec's order.</param>
    /// <returns>[images, classes].</returns>
    /// <exception cref="ExecutionException">The run failed.</exception>
    public static float[] Logits(IExecutionSession session, ModelManifest manifest, byte[] pixels, int images, int height, int width)
    {
        var logits = new float[images * manifest.Labels.Count];
        Run(session, manifest, pixels, images, height, width, manifest.Graph.Logits, logits);
        return logits;
    }

    /// <param name="output">An output [images, ...] of two dimensions of the graph, and <paramref name="values"/> as long as it.</param>
    /// <inheritdoc cref="Logits"/>
    public static void Run(IExecutionSession session, ModelManifest manifest, byte[] pixels, int images, int height, int width, string output, Memory<float> values)
    {
        var graph = manifest.Graph;
        session.Run(graph.Input, Input(manifest, pixels, images), [images, .. BatchLayout.ShapeOf(graph.Layout, height, width)], new OutputTensor(output, [images, values.Length / images], values));
    }

    /// <summary>What the graph is fed with.</summary>
    /// <inheritdoc cref="Logits"/>
    /// <returns>In the graph's element type and layout.</returns>
    public static byte[] Input(ModelManifest manifest, byte[] pixels, int images) =>
        manifest.Graph.InputType == InputType.UInt8 ? pixels : Normalized(pixels, manifest, images);

    private static byte[] Normalized(byte[] pixels, ModelManifest manifest, int images)
    {
        var input = new byte[pixels.Length * sizeof(float)];
        var values = MemoryMarshal.Cast<byte, float>(input.AsSpan());
        var length = pixels.Length / images;
        for (var start = 0; start < pixels.Length; start += length)
            Normalizer.Normalize(pixels.AsSpan(start, length), manifest.Preprocessing, manifest.Graph.Layout, values.Slice(start, length));
        return input;
    }
}
