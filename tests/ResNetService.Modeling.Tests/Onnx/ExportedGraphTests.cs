using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Tests.Architectures;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Onnx;

/// <summary>ONNX Runtime's answer is TorchSharp's, for every network there is, and the reference's, for those that have one.</summary>
public sealed class ExportedGraphTests
{
    /// <summary>What float32 can reach; the export command itself allows ten times as much.</summary>
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Names => [.. Architecture.All.Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Export_EveryNetwork_AgreesWithTorchSharp(string name)
    {
        random.manual_seed(3);
        using var network = Architecture.Find(name).Build();
        Initialization.Apply(network);
        EstimateStatistics(network, Architecture.Find(name).Preprocessing.InputSize);

        using var model = new ExportedModel(network, name);

        Assert.InRange(model.Agreement.Relative, 0, Tolerance);
    }

    [Fact]
    public void Export_Float32Input_AgreesWithTorchSharp()
    {
        using var network = Architecture.Find("resnet20-cifar").Build();

        using var model = new ExportedModel(network, "resnet20-cifar", InputType.Float32);

        Assert.InRange(model.Agreement.Relative, 0, Tolerance);
    }

    /// <summary>The check at the end of an export can fail: a graph of other weights does.</summary>
    [Fact]
    public void Compare_GraphOfAnotherNetwork_Disagrees()
    {
        using var network = Architecture.Find("resnet20-cifar").Build();
        using var other = Architecture.Find("resnet20-cifar").Build();
        Initialization.Apply(other);
        using var model = new ExportedModel(network, "resnet20-cifar");
        other.eval();

        var agreement = GraphVerification.Compare(other, model.Manifest, Path.Combine(model.Directory, ModelManifest.GraphFileName));

        Assert.InRange(agreement.Relative, ModelExporter.Tolerance, double.MaxValue);
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    [InlineData("resnet101")]
    [InlineData("resnet152")]
    [InlineData("vgg16")]
    [InlineData("vgg19")]
    [InlineData("googlenet")]
    public void Graph_HashFilledWeights_GivesTheReferenceLogits(string name)
    {
        var (expected, shape) = Golden.Read<double>($"hashfill-{name}-logits");
        var (pixels, pixelShape) = Golden.Read<byte>("preprocessed-u8-nhwc");
        using var network = GoldenLogitsTests.HashFilled(name);
        using var model = new ExportedModel(network, name);
        var first = pixels[..(pixels.Length / pixelShape[0] * shape[0])];

        Assert.InRange(Golden.LargestDifference(model.Run(first), expected) / Golden.LargestMagnitude(expected), 0, Tolerance);

        // Pixels that are zeroed, or in the other channel order, are told apart.
        Assert.InRange(Golden.LargestDifference(model.Run(new byte[first.Length]), expected) / Golden.LargestMagnitude(expected), 1e-3, double.MaxValue);
        Assert.InRange(Golden.LargestDifference(model.Run(Bgr(first)), expected) / Golden.LargestMagnitude(expected), 1e-3, double.MaxValue);
    }

    /// <summary>
    /// Running statistics as training leaves them, those of a batch: 0 and 1 would hide a wrong fold, and let the signal of a thousand
    /// layers overflow.
    /// </summary>
    private static void EstimateStatistics(Network network, int side)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var norm in network.modules().OfType<BatchNorm2d>())
            norm.momentum = 1;
        network.train();
        network.forward(randn(4, 3, side, side));
    }

    private static byte[] Bgr(byte[] rgb) => [.. rgb.Chunk(3).SelectMany(pixel => pixel.Reverse())];
}
