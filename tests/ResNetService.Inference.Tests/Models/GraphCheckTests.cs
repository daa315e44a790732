using ResNetService.Inference.Execution;
using ResNetService.Inference.Models;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Tests.Models;

public sealed class GraphCheckTests
{
    private static readonly GraphValue Image = new("image", InputType.UInt8, [-1, 224, 224, 3]);
    private static readonly GraphValue Logits = new("logits", InputType.Float32, [-1, 2]);

    private static readonly ModelManifest Manifest = new()
    {
        Architecture = "any",
        Precision = Precision.Fp32,
        Graph = new(),
        Preprocessing = PreprocessingSpec.ImageNet,
        Labels = [new("cat"), new("dog")],
        Provenance = new("a test", "none"),
    };

    [Fact]
    public void Faults_OfWhatTheManifestSays_AreNone()
    {
        Assert.Empty(Fields(Manifest, [Image], [Logits]));
        Assert.Empty(Fields(Manifest, [Image with { Shape = [-1, -1, -1, 3] }], [Logits with { Shape = [-1, -1] }]));
        Assert.Empty(Fields(
            Manifest with { Graph = new() { InputType = InputType.Float32, Layout = TensorLayout.Nchw } },
            [new("image", InputType.Float32, [-1, 3, 224, 224])],
            [Logits]));
        Assert.Empty(Fields(
            Manifest with { Graph = new() { Features = "features" } }, [Image], [Logits, new("features", InputType.Float32, [-1, 512, 7, 7])]));
    }

    public static TheoryData<string, string, long[]> Inputs => new()
    {
        { "graph.input", "pixels", [-1, 224, 224, 3] },
        { "graph.layout", "image", [-1, 3, 224, 224] },
        { "graph.layout", "image", [-1, 256, 256, 3] },
        { "graph.layout", "image", [-1, 224, 224, 1] },
        { "graph.layout", "image", [8, 224, 224, 3] },
        { "graph.layout", "image", [-1, 224, 3] },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Faults_InputThatDiffers_NamesTheFieldAndTheGraph(string field, string name, long[] shape)
    {
        var fault = Assert.Single(GraphCheck.Faults("m.json", Manifest, new([Image with { Name = name, Shape = shape }], [Logits])));

        Assert.Equal(("m.json", field), (fault.File, fault.Field));
        Assert.Contains($"{name} uint8 [", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InputType.Float32)]
    [InlineData(null)]
    public void Faults_InputOfAnotherType_NamesIt(InputType? type) =>
        Assert.Equal(["graph.inputType"], Fields(Manifest, [Image with { Type = type }], [Logits]));

    [Fact]
    public void Faults_TwoInputsOrNone_AreNamed()
    {
        Assert.Equal(["graph.input"], Fields(Manifest, [Image, Image with { Name = "mask" }], [Logits]));
        Assert.Equal(["graph.input"], Fields(Manifest, [], [Logits]));
    }

    [Fact]
    public void Faults_OfOutputs_AreNamed()
    {
        Assert.Equal(["graph.logits"], Fields(Manifest, [Image], [Logits with { Name = "scores" }]));
        Assert.Equal(["labels"], Fields(Manifest, [Image], [Logits with { Shape = [-1, 1000] }]));
        Assert.Equal(["labels"], Fields(Manifest, [Image], [Logits with { Shape = [-1, 2, 1, 1] }]));
        Assert.Equal(["labels"], Fields(Manifest, [Image], [Logits with { Type = InputType.UInt8 }]));
        Assert.Equal(["graph.features"], Fields(Manifest with { Graph = new() { Features = "features" } }, [Image], [Logits]));
    }

    [Theory]
    [InlineData(new long[] { -1, 512 })]
    [InlineData(new long[] { -1, 512, -1, -1 })]
    [InlineData(new long[] { -1, -1, 7, 7 })]
    public void Faults_FeaturesWithoutFixedMaps_AreNamed(long[] shape)
    {
        var fault = Assert.Single(GraphCheck.Faults(
            "m.json", Manifest with { Graph = new() { Features = "features" } }, new([Image], [Logits, new("features", InputType.Float32, shape)])));

        Assert.Equal("graph.features", fault.Field);
        Assert.Contains("float32 [N,C,h,w] with fixed C, h and w", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_Several_AreAllReported() => Assert.Equal(
        ["graph.inputType", "graph.layout", "labels", "graph.features"],
        Fields(
            Manifest with { Graph = new() { Features = "features" } },
            [new("image", InputType.Float32, [-1, 3, 224, 224])],
            [Logits with { Shape = [-1, 3] }]));

    private static IEnumerable<string> Fields(ModelManifest manifest, IReadOnlyList<GraphValue> inputs, IReadOnlyList<GraphValue> outputs) =>
        GraphCheck.Faults("manifest.json", manifest, new(inputs, outputs)).Select(fault => fault.Field);
}
