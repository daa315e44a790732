using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;
using ResNetService.Modeling.Quantization;
using ResNetService.Modeling.Tests.Architectures;
using ResNetService.Modeling.Tests.Training;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Quantization;

/// <summary>Every kind of network that there is, with random weights: all of its convolutions become integer operators, and what it computes stays.</summary>
public sealed class EveryFamilyTests
{
    private const int Classes = 10;

    /// <summary>A BatchNorm behind a convolution is no part of the graph.</summary>
    public static TheoryData<string> Names => Registry.OneOfEachKind;

    [Theory]
    [MemberData(nameof(Names))]
    public void Quantize_OneOfEachKind_RunsAllConvolutionsInInt8(string name)
    {
        using var folder = new TemporaryFolder();
        PhotographParts.Write(folder, "images", count: 4);
        var (model, manifest) = Build(Registry.Find(name));
        var graph = new FloatGraph(PixelInput.Fold(model));
        var images = CalibrationImages.Open(Path.Combine(folder.Path, "images"), manifest.Preprocessing, most: 100, CancellationToken.None);

        var network = new Quantizer(graph, manifest, images, new Progress<int>(), CancellationToken.None).Run(maxDrop: 100);

        Assert.Empty(network.Kept);
        var optimized = OptimizedGraph.Operators(network.Model.Model);
        Assert.Equal(model.Graph.Node.Count(node => node.OpType == "Conv"), optimized.GetValueOrDefault("QLinearConv"));
        Assert.False(optimized.ContainsKey("Conv"));
        Assert.Equal(model.Graph.Node.Count(node => node.OpType == "Gemm"), optimized.GetValueOrDefault("QGemm"));

        string[] floats = ["BatchNormalization", "MatMul", "Mul", "PRelu", "Relu", "Sigmoid", "Sub", "Tanh"];
        Assert.All(
            QuantizationReport.LayersOf(graph, network).Where(layer => layer.Precision == "fp32"),
            layer => Assert.Contains(layer.Operator, floats));
        Assert.InRange(network.SignalToNoise[manifest.Graph.Logits]!.Value, 15, 60);
    }

    private static (ModelProto Model, ModelManifest Manifest) Build(Architecture architecture)
    {
        random.manual_seed(3);
        using var network = architecture.Build(Classes);
        network.eval();
        Initialization.Apply(network);
        var manifest = new ModelManifest
        {
            Architecture = architecture.Name,
            Precision = Precision.Fp32,
            Graph = new GraphSpec(),
            Preprocessing = Registry.Small(architecture),
            Labels = LabelSets.Cifar10,
            Provenance = new("a test", "none"),
        };
        // With the second output, where the network has it: it must not keep anything from its int8 form.
        if (architecture.Measure().PoolsGlobally)
            manifest = manifest with { Graph = manifest.Graph with { Features = "features" } };
        var model = OnnxGraph.Build(network, manifest);
        ShortenClassifier(model.Graph);
        return (model, manifest);
    }

    /// <summary>Leaves the last of several linear layers alone, on the input of the first: the others are nine tenths of the weights, and time, and nothing else.</summary>
    private static void ShortenClassifier(GraphProto graph)
    {
        if (graph.Node.Where(node => node.OpType == "Gemm").ToArray() is not [var first, .., var last])
            return;
        var inputs = graph.Initializer.Single(constant => constant.Name == first.Input[1]).Dims[1];
        var scale = (float)Math.Sqrt(2.0 / inputs);
        var weights = new Random(4);
        for (var between = graph.Node.IndexOf(last) - graph.Node.IndexOf(first); between > 0; between--)
            graph.Node.RemoveAt(graph.Node.IndexOf(last) - 1);
        last.Input[0] = first.Input[0];
        last.Input[1] = new GraphBuilder(graph).Constant(
            "short.weight", [.. Enumerable.Range(0, (int)inputs * Classes).Select(_ => scale * ((weights.NextSingle() * 2) - 1))], Classes, inputs);
    }
}
