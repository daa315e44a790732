using System.Text;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Explanation;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Tests.Explanation;

/// <summary>Graphs that contradict themselves: they threw what nobody expects, or were walked for ever.</summary>
public sealed class BrokenGraphTests : IDisposable
{
    private static readonly ModelManifest Manifest = ManifestReader.Read(Encoding.UTF8.GetBytes(TinyModelRepository.Manifest(features: "features")), ModelManifest.FileName);

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Read_TwoNodesThatGiveTheSameValue_IsAnExecutionException()
    {
        var graph = Graph(ClassifierForm.Gemm);
        Replace(graph, "mean", 0, "flat");

        Assert.Contains("same value", Assert.Throws<ExecutionException>(() => Read(graph)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NodeThatTakesItsOwnOutput_IsNoClassifier()
    {
        var graph = Graph(ClassifierForm.Dropouts);
        Assert.NotNull(Read(graph));
        // The second is what the first Dropout takes.
        Replace(graph, "flat", 1, "once");

        Assert.Null(Read(graph));
    }

    [Fact]
    public void Read_NodeWithoutAnInput_IsNoClassifier()
    {
        var graph = Graph(ClassifierForm.Dropouts);
        // The name of the first Dropout in the place of its input.
        graph[Find(graph, "flat", 1) - 2] = 3 << 3 | 2;

        Assert.Null(Read(graph));
    }

    [Fact]
    public void Read_ConstantThatIsLargerThanTheFile_IsNoClassifier()
    {
        var graph = Graph(ClassifierForm.Gemm);
        // A tensor begins with its shape: two dimensions of 3, each behind its tag. The first tensor is that of the weights.
        var shape = graph.AsSpan().IndexOf<byte>([8, 3, 8, 3, 16, 1]);
        (graph[shape + 1], graph[shape + 3]) = (127, 127);

        Assert.Null(Read(graph, classes: 127, channels: 127));
    }

    private static byte[] Graph(ClassifierForm form) => TinyOnnx.PooledClassifier(TinyModelRepository.Size, TinyModelRepository.Weights, TinyModelRepository.Bias, form);

    private PooledClassifier? Read(byte[] graph, int classes = 3, int channels = 3)
    {
        File.WriteAllBytes(_path, graph);
        var manifest = Manifest with { Labels = [.. Enumerable.Range(0, classes).Select(i => new Label($"class {i}"))] };
        return PooledClassifierReader.Read(_path, manifest, new FeatureMapShape(channels, 8, 8));
    }

    private static void Replace(byte[] graph, string name, int occurrence, string other) => Encoding.ASCII.GetBytes(other).CopyTo(graph, Find(graph, name, occurrence));

    private static int Find(byte[] graph, string name, int occurrence)
    {
        var at = -1;
        for (; occurrence >= 0; occurrence--)
            at += 1 + graph.AsSpan(at + 1).IndexOf(Encoding.ASCII.GetBytes(name));
        return at;
    }
}
