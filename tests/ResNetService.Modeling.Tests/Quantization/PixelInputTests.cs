using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Quantization;
using ResNetService.Modeling.Tests.Onnx;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Quantization;

public sealed class PixelInputTests
{
    /// <summary>The border too, which the convolution pads with zeros: a mean in the bias would be there where no image is.</summary>
    [Theory]
    [InlineData("resnet20-cifar")]
    [InlineData("resnet18")]
    public void Fold_ExportedGraph_GivesTheSameMapOfTheFirstLayer(string name)
    {
        random.manual_seed(1);
        using var network = Architecture.Find(name).Build();
        var spec = Architecture.Find(name).Preprocessing with { InputSize = 32, Resize = 32 };
        using var model = new ExportedModel(network, name, preprocessing: spec);
        var graph = OnnxFile.Read(Path.Combine(model.Directory, ModelManifest.GraphFileName));
        var pixels = new byte[32 * 32 * 3];
        new Random(1).NextBytes(pixels);

        var folded = PixelInput.Fold(graph);

        Assert.DoesNotContain(folded.Graph.Node, node => node.OpType == "Mul");
        using var expected = new GraphProbe(graph, model.Manifest, ["conv1"]);
        using var actual = new GraphProbe(folded, model.Manifest, ["conv1"]);
        expected.Run(pixels);
        actual.Run(pixels);
        var differences = expected["conv1"].ToArray().Zip(actual["conv1"].ToArray(), (e, a) => Math.Abs(e - a)).ToArray();
        Assert.InRange(differences.Max(), 0, 1e-5 * expected["conv1"].ToArray().Max());
    }

    [Fact]
    public void Fold_Float32Input_IsLeftAsItIs()
    {
        using var network = Architecture.Find("resnet20-cifar").Build();
        using var model = new ExportedModel(network, "resnet20-cifar", InputType.Float32);
        var graph = OnnxFile.Read(Path.Combine(model.Directory, ModelManifest.GraphFileName));

        Assert.Same(graph, PixelInput.Fold(graph));
    }
}
