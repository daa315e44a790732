using Microsoft.ML.OnnxRuntime;
using ResNetService.Benchmarks.Servers;
using ResNetService.Imaging;
using ResNetService.ModelFormat;

namespace ResNetService.Benchmarks.Tests.Servers;

public sealed class NormalizedInputGraphTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("graphs-").FullName;

    private static BenchmarkModel Shipped => BenchmarkModel.Find(Path.Combine(Repository.Root, "models"), "resnet20-cifar10");

    private string Written => Path.Combine(_folder, "normalized.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Graph_FedWithNormalizedValues_GivesTheLogitsOfTheOriginalFedWithPixels()
    {
        var spec = Shipped.Manifest.Preprocessing;
        var pixels = new byte[2 * spec.InputSize * spec.InputSize * 3];
        new Random(1).NextBytes(pixels);
        var values = new float[pixels.Length];
        var image = pixels.Length / 2;
        for (var i = 0; i < 2; i++)
            Normalizer.Normalize(pixels.AsSpan(i * image, image), spec, TensorLayout.Nchw, values.AsSpan(i * image, image));

        NormalizedInputGraph.Write(Shipped, Written);

        var expected = Run(Shipped.Graph, pixels, [2, spec.InputSize, spec.InputSize, 3]);
        var actual = Run(Written, values, [2, 3, spec.InputSize, spec.InputSize]);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
    }

    [Fact]
    public void Graph_OfAnotherBeginning_IsRefused()
    {
        using var repository = TinyModelRepository.WithColor();

        var error = Assert.Throws<BenchmarkException>(() => NormalizedInputGraph.Write(BenchmarkModel.Find(repository.Path, "color"), Written));

        Assert.Contains("does not begin with Transpose", error.Message, StringComparison.Ordinal);
    }

    private static float[] Run<T>(string graph, T[] input, long[] shape)
        where T : unmanaged
    {
        using var session = new InferenceSession(graph);
        using var options = new RunOptions();
        using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var results = session.Run(options, [session.InputNames[0]], [value], session.OutputNames);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
