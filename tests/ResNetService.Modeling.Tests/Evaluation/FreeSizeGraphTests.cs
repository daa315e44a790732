using Google.Protobuf;
using ResNetService.Imaging;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Evaluation;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;
using ResNetService.Modeling.Tests.Training;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Evaluation;

public sealed class FreeSizeGraphTests
{
    /// <summary>The graph, freed, at a size that it was not exported for, against the network at that size. Both sides are multiples of the last map's step.</summary>
    [Theory]
    [InlineData("resnet20-cifar", InputType.UInt8)]
    [InlineData("resnet20-cifar", InputType.Float32)]
    [InlineData("resnet18d", InputType.UInt8)]
    [InlineData("googlenet", InputType.UInt8)]
    public void Run_AtAnotherSize_GivesTheNetworksLogits(string architecture, InputType input)
    {
        const int Height = 64, Width = 160;
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        using var network = Architecture.Find(architecture).Build();
        using var model = new Folder(network, architecture, input);
        var pixels = new byte[2 * Height * Width * 3];
        new Random(1).NextBytes(pixels);

        using var session = FreeSizeGraph.Load(ExecutionBackend.OnCpu(), model.Manifest, model.Graph);
        var logits = GraphRun.Logits(session, model.Manifest, pixels, images: 2, Height, Width);

        var normalized = new float[pixels.Length];
        for (var i = 0; i < 2; i++)
            Normalizer.Normalize(pixels.AsSpan(i * pixels.Length / 2, pixels.Length / 2), model.Manifest.Preprocessing, TensorLayout.Nchw, normalized.AsSpan(i * pixels.Length / 2, pixels.Length / 2));
        var expected = network.forward(tensor(normalized, [2, 3, Height, Width])).data<float>().Select(value => (double)value).ToArray();
        Assert.InRange(Golden.LargestDifference(logits, expected), 0, 1e-4 * Golden.LargestMagnitude(expected));
    }

    [Fact]
    public void Load_NetworkThatFlattensItsMap_NamesTheOperator()
    {
        using var folder = new TemporaryFolder();
        var builder = new GraphBuilder("flattens");
        builder.Input("image", TensorProto.Types.DataType.Float, "N", 3, 4, 4);
        var flat = builder.Add("Flatten", "flatten", [builder.Add("Relu", "relu", ["image"])], GraphBuilder.Attribute("axis", 1));
        builder.Output(flat, "logits", TensorProto.Types.DataType.Float, "N", 48);

        var exception = Assert.Throws<EvaluationException>(() => Load(folder, builder));

        Assert.Equal(
            "the network takes images of one size alone: Flatten 'flatten' takes a map whose size is the image's, where a fully convolutional network has the mean over the map (GlobalAveragePool)",
            exception.Message);
    }

    [Fact]
    public void Load_LogitsThatAreAMap_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var builder = new GraphBuilder("dense");
        builder.Input("image", TensorProto.Types.DataType.Float, "N", 3, 4, 4);
        builder.Output(builder.Add("Relu", "relu", ["image"]), "logits", TensorProto.Types.DataType.Float, "N", 3, 4, 4);

        Assert.Contains("its logits are a map", Assert.Throws<EvaluationException>(() => Load(folder, builder)).Message, StringComparison.Ordinal);
    }

    private static void Load(TemporaryFolder folder, GraphBuilder builder)
    {
        var path = Path.Combine(folder.Path, ModelManifest.GraphFileName);
        File.WriteAllBytes(path, new ModelProto { IrVersion = 8, Graph = builder.Graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } }.ToByteArray());
        FreeSizeGraph.Load(ExecutionBackend.OnCpu(), Manifest("x", InputType.Float32), path).Dispose();
    }

    private static ModelManifest Manifest(string architecture, InputType input) => new()
    {
        Architecture = architecture,
        Precision = Precision.Fp32,
        Graph = new GraphSpec { InputType = input, Layout = input == InputType.UInt8 ? TensorLayout.Nhwc : TensorLayout.Nchw },
        Preprocessing = Architecture.All.FirstOrDefault(a => a.Name == architecture)?.Preprocessing ?? PreprocessingSpec.Cifar,
        Labels = architecture.EndsWith("cifar", StringComparison.Ordinal) ? LabelSets.Cifar10 : LabelSets.ImageNet,
        Provenance = new("a test", "none"),
    };

    /// <summary>A graph as it is exported, without the comparison that an export makes.</summary>
    private sealed class Folder : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Folder(Network network, string architecture, InputType input)
        {
            network.eval();
            Manifest = Manifest(architecture, input);
            _folder.Write(ModelManifest.GraphFileName, OnnxGraph.Build(network, Manifest).ToByteArray());
        }

        public ModelManifest Manifest { get; }

        public string Graph => Path.Combine(_folder.Path, ModelManifest.GraphFileName);

        public void Dispose() => _folder.Dispose();
    }
}
