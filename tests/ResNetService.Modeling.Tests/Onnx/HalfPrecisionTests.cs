using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;
using ResNetService.Modeling.Tests.Architectures;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Onnx;

/// <summary>Graphs in float16: what stands in them, and how near they come.</summary>
public sealed class HalfPrecisionTests
{
    [Theory]
    [InlineData("resnet20-cifar")]
    [InlineData("resnet18")]
    [InlineData("preresnet18")]
    [InlineData("highway19-cifar")]
    [InlineData("googlenet")]
    public void Export_InHalfPrecision_AgreesAsFarAsFloat16Goes(string name)
    {
        random.manual_seed(3);
        var architecture = Registry.Find(name);
        using var network = architecture.Build();
        Initialization.Apply(network);

        using var model = new ExportedModel(network, architecture, preprocessing: Registry.Small(architecture), precision: Precision.Fp16);

        // Above: something is wrong. Below: something is in float32.
        Assert.InRange(model.Agreement.Relative, 5e-5, ModelExporter.HalfTolerance / 2);
        Assert.Equal(Precision.Fp16, ManifestReader.Read(Path.Combine(model.Directory, ModelManifest.FileName)).Precision);
    }

    [Fact]
    public void Build_InHalfPrecision_HasFloat32BeforeTheNetworkAlone()
    {
        using var network = Architecture.Find("resnet20-cifar").Build();
        using var model = new ExportedModel(network, "resnet20-cifar", precision: Precision.Fp16);

        var graph = OnnxFile.Read(Path.Combine(model.Directory, ModelManifest.GraphFileName)).Graph;

        Assert.Equal(["input.factor", "input.offset"], graph.Initializer.Where(c => c.DataType == TensorProto.Types.DataType.Float).Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.Equal(TensorProto.Types.DataType.Uint8, graph.Input[0].Type.TensorType.ElemType);
        Assert.Equal(TensorProto.Types.DataType.Float, graph.Output[0].Type.TensorType.ElemType);
    }

    [Fact]
    public void Export_WeightBeyondFloat16_IsNamed()
    {
        using var network = Architecture.Find("resnet20-cifar").Build();
        using (no_grad())
            network.state_dict()["fc.bias"].fill_(70_000);

        var exception = Assert.Throws<ExportException>(() => new ExportedModel(network, "resnet20-cifar", precision: Precision.Fp16));

        Assert.Contains("fc.bias holds 70000, and float16 ends at 65504", exception.Message, StringComparison.Ordinal);
    }
}
