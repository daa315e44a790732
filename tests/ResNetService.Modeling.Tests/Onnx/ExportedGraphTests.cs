using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Description;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Tests.Architectures;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Onnx;

/// <summary>ONNX Runtime's answer is TorchSharp's, for every network there is, and the reference's, for those that have one.</summary>
public sealed class ExportedGraphTests
{
    /// <summary>What float32 can reach; the export command itself allows ten times as much.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [MemberData(nameof(Registry.Names), MemberType = typeof(Registry))]
    public void Export_EveryNetwork_AgreesWithTorchSharpInEveryBatch(string name)
    {
        random.manual_seed(3);
        var architecture = Registry.Find(name);
        using var network = architecture.Build();
        // He's scale, that of training, would overflow over a thousand layers whose statistics no training has fitted.
        if (architecture.Layers <= 200)
            Initialization.Apply(network);
        RandomizeStatistics(network);

        using var model = new ExportedModel(network, architecture, preprocessing: Registry.Small(architecture));

        Assert.InRange(model.Agreement.Relative, 0, Tolerance);

        // Folded where a convolution comes right before. That is not so at the entry of pre-activation units but for the first, and at their end.
        var normalizations = GraphSummary.Read(model.Directory).Operators.SingleOrDefault(op => op.Key == "BatchNormalization").Value;
        Assert.Equal(network.modules().OfType<PreActivationBlock>().Count(), normalizations);

        var pixels = new byte[2 * model.Manifest.Preprocessing.InputSize * model.Manifest.Preprocessing.InputSize * 3];
        new Random(5).NextBytes(pixels);
        BatchInvariance.Assert(model.Run, pixels, images: 2);
    }

    [Fact]
    public void Export_Float32Input_AgreesWithTorchSharp()
    {
        using var network = Architecture.Find("resnet20-cifar").Build();

        using var model = new ExportedModel(network, "resnet20-cifar", InputType.Float32);

        Assert.InRange(model.Agreement.Relative, 0, Tolerance);
    }

    [Theory]
    [InlineData("fc.bias", float.NaN)]
    [InlineData("conv1.weight", float.PositiveInfinity)]
    [InlineData("bn1.running_var", -1f)]
    public void Export_WeightThatGivesNoNumber_IsRefusedForWhatItIs(string key, float value)
    {
        using var network = Architecture.Find("resnet20-cifar").Build();
        using (no_grad())
            network.state_dict()[key].view(-1).slice(0, 0, 1, 1).fill_(value);

        var exception = Assert.Throws<ExportException>(() => new ExportedModel(network, "resnet20-cifar"));

        Assert.Contains("its weights hold a NaN, an infinity or a negative variance", exception.Message, StringComparison.Ordinal);
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
    public void Graph_HashFilledWeights_GivesTheReferenceLogitsOfTheRightImagesAlone(string name)
    {
        var (expected, shape) = Golden.Read<double>($"hashfill-{name}-logits");
        var (pixels, _) = GoldenLogitsTests.FirstPhotographs(shape[0]);
        using var network = GoldenLogitsTests.HashFilled(name);
        using var model = new ExportedModel(network, name);

        Assert.InRange(Difference(model.Run(pixels)), 0, Tolerance);
        Assert.All(
            [model.Run(new byte[pixels.Length]), model.Run(GoldenImages.Bgr(pixels))],
            wrong => Assert.InRange(Difference(wrong), 1e-3, double.MaxValue));
        BatchInvariance.Assert(model.Run, pixels, shape[0]);

        double Difference(float[] logits) => Golden.LargestDifference(logits, expected) / Golden.LargestMagnitude(expected);
    }

    /// <summary>Statistics of 0 and 1 would hide a wrong fold.</summary>
    private static void RandomizeStatistics(Network network)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (key, value) in network.state_dict())
        {
            if (key.EndsWith("running_mean", StringComparison.Ordinal))
                value.copy_(randn(value.shape) * 0.1);
            else if (key.EndsWith("running_var", StringComparison.Ordinal))
                value.copy_(rand(value.shape) + 0.5);
        }
    }
}
