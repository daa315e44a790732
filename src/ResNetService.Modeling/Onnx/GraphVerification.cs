using System.Globalization;
using ResNetService.Imaging;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Onnx;

/// <summary>How far a graph is from the network that it was made of.</summary>
/// <param name="LargestDifference">Of any logit.</param>
/// <param name="LargestLogit">The largest magnitude of the network's logits; NaN where any of them is.</param>
internal sealed record Agreement(double LargestDifference, double LargestLogit)
{
    public double Relative => LargestDifference == 0 ? 0 : LargestDifference / LargestLogit;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"largest difference {LargestDifference:E1} at logits up to {LargestLogit:G4} ({Relative:E1})");
}

/// <summary>Runs a graph with ONNX Runtime, and its network with TorchSharp, on the same photographs.</summary>
internal static class GraphVerification
{
    /// <summary>Parts of the photographs that are in this program, as batches of one and of several.</summary>
    public static Agreement Compare(Network network, ModelManifest manifest, string graphPath)
    {
        using var session = ExecutionBackend.OnCpu().Load(graphPath);
        var spec = manifest.Preprocessing;
        var images = EmbeddedPhotographs.All.Select(photograph => Preprocess(photograph.Data, spec)).ToArray();
        return Compare(network, manifest, session, images);
    }

    /// <param name="images">Each uint8 [size, size, 3], preprocessed.</param>
    public static Agreement Compare(Network network, ModelManifest manifest, IExecutionSession session, IReadOnlyList<byte[]> images)
    {
        var expected = images.SelectMany(image => Expected(network, manifest.Preprocessing, image)).ToArray();
        var alone = images.SelectMany(image => Run(session, manifest, [image])).ToArray();
        var together = Run(session, manifest, images);
        return new(
            Math.Max(LargestDifference(alone, expected), LargestDifference(together, expected)),
            Largest(expected.Select(logit => Math.Abs((double)logit))));
    }

    private static byte[] Preprocess(byte[] photograph, PreprocessingSpec spec)
    {
        var preprocessor = new ImagePreprocessor(spec, new ImageDecoder(new ImageLimits(), new DecodeOptions()));
        var pixels = new byte[preprocessor.OutputLength];
        preprocessor.Preprocess(photograph, pixels);
        return pixels;
    }

    private static float[] Expected(Network network, PreprocessingSpec spec, byte[] pixels)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var image = tensor(Normalize(pixels, spec, TensorLayout.Nchw), [1, 3, spec.InputSize, spec.InputSize]);
        return network.forward(image).data<float>().ToArray();
    }

    private static float[] Run(IExecutionSession session, ModelManifest manifest, IReadOnlyList<byte[]> images)
    {
        var size = manifest.Preprocessing.InputSize;
        return GraphRun.Logits(session, manifest, [.. images.SelectMany(image => image)], images.Count, size, size);
    }

    private static float[] Normalize(byte[] pixels, PreprocessingSpec spec, TensorLayout layout)
    {
        var values = new float[pixels.Length];
        Normalizer.Normalize(pixels, spec, layout, values);
        return values;
    }

    private static double LargestDifference(float[] actual, float[] expected) =>
        Largest(actual.Zip(expected, (a, e) => Math.Abs((double)a - e)));

    /// <summary>NaN where any value is.</summary>
    private static double Largest(IEnumerable<double> values) => values.Aggregate(0.0, Math.Max);
}
