using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Tests.Models;

public sealed class BareGraphTests
{
    private static readonly GraphValue Logits = new("output", InputType.Float32, [-1, 1000]);

    public static TheoryData<InputType, long[], TensorLayout, int> Inputs => new()
    {
        { InputType.Float32, [-1, 3, 224, 224], TensorLayout.Nchw, 224 },
        { InputType.Float32, [-1, 3, 288, 288], TensorLayout.Nchw, 288 },
        { InputType.Float32, [-1, 3, -1, -1], TensorLayout.Nchw, 224 },
        { InputType.Float32, [-1, 224, 224, 3], TensorLayout.Nhwc, 224 },
        { InputType.UInt8, [-1, 224, 224, 3], TensorLayout.Nhwc, 224 },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Assume_ImageShapedInput_IsPreprocessedAsForImageNet(InputType type, long[] shape, TensorLayout layout, int size)
    {
        var manifest = BareGraph.Assume("x.onnx", new([new("data", type, shape)], [Logits]));

        Assert.Equal(("data", type, layout, "output"), (manifest.Graph.Input, manifest.Graph.InputType, manifest.Graph.Layout, manifest.Graph.Logits));
        Assert.Equal((size, size * 256 / 224), (manifest.Preprocessing.InputSize, manifest.Preprocessing.Resize));
        Assert.Equal(PreprocessingSpec.ImageNet.Mean, manifest.Preprocessing.Mean);
        Assert.Equal("tench", manifest.Labels[0].Name);
        Assert.Empty(GraphCheck.Faults("x.onnx", manifest, new([new("data", type, shape)], [Logits])));
    }

    [Fact]
    public void Assume_OtherThanThousandClasses_NumbersThem()
    {
        var manifest = BareGraph.Assume("x.onnx", new([new("data", InputType.Float32, [-1, 3, 32, 32])], [Logits with { Shape = [-1, 3] }]));

        Assert.Equal(["class 0", "class 1", "class 2"], manifest.Labels.Select(label => label.Name));
    }

    public static TheoryData<InputType?, long[]> Unusable => new()
    {
        { InputType.Float32, [-1, 1, 28, 28] },
        { InputType.Float32, [-1, 3, 224, 320] },
        { InputType.UInt8, [-1, 3, 224, 224] },
        { InputType.Float32, [-1, 150528] },
        { null, [-1, 3, 224, 224] },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Assume_AnyOtherInput_AsksForAManifest(InputType? type, long[] shape)
    {
        var exception = Assert.Throws<ManifestException>(() => BareGraph.Assume("x.onnx", new([new("data", type, shape)], [Logits])));

        Assert.Contains("manifest.json", Assert.Single(exception.Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Assume_NoClassOutput_AsksForAManifest() => Assert.Throws<ManifestException>(() => BareGraph.Assume(
        "x.onnx", new([new("data", InputType.Float32, [-1, 3, 224, 224])], [new("mask", InputType.Float32, [-1, 21, 224, 224])])));
}
