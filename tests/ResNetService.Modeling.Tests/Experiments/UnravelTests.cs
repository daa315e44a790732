using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Experiments;
using ResNetService.Modeling.Experiments.Unravel;
using ResNetService.Modeling.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Experiments;

[Collection(TrainingCollection.Name)]
public sealed class UnravelTests : IDisposable
{
    private readonly ExperimentFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData("resnet20-cifar", 9, 2)]
    [InlineData("resnet20-cifar-b", 9, 2)]
    [InlineData("resnet20-cifar-c", 9, 9)]
    [InlineData("plain20-cifar", 16, 0)]
    public void Parts_OfANetwork_AreBlocksOrLayersThatKeepTheShape(string name, int count, int changing)
    {
        using var network = Build(name);

        var parts = Part.Of(network);

        Assert.Equal((count, changing), (parts.Count, parts.Count(p => p.ChangesShape)));
        Assert.Equal(name.StartsWith("plain", StringComparison.Ordinal) ? "layer1.0.conv1" : "layer1.0", parts[0].Name);
    }

    [Fact]
    public void Parts_OfANetworkWithoutBlocks_AreRefused()
    {
        using var network = Build("highway19-cifar");
        Assert.Contains("no blocks", Assert.Throws<ExperimentException>(() => Part.Of(network)).Message);
    }

    /// <summary>Where F gives zero, the block is its shortcut already.</summary>
    [Theory]
    [InlineData("resnet20-cifar")]
    [InlineData("resnet20-cifar-b")]
    public void Delete_BlocksWhoseResidualIsZero_ChangesNothing(string name)
    {
        using var network = Build(name, zeroGamma: true);
        var whole = Logits(network);

        Assert.All(Part.Of(network), part => Assert.Equal(whole, Logits(network, part)));
        Assert.Equal(whole, Logits(network, [.. Part.Of(network)]));
    }

    [Theory]
    [InlineData("resnet20-cifar")]
    [InlineData("resnet20-cifar-b")]
    [InlineData("plain20-cifar")]
    public void Delete_PartsThatDoSomething_ChangesTheLogits(string name)
    {
        using var network = Build(name);
        var whole = Logits(network);

        Assert.Equal(whole, Logits(network));
        Assert.All(Part.Of(network), part => Assert.NotEqual(whole, Logits(network, part)));
    }

    /// <summary>One convolution of a plain network halves and its BatchNorm doubles; what comes to it has no negative values for the ReLU behind it to cut.</summary>
    [Fact]
    public void Delete_LayerThatIsTheIdentity_ChangesNothing()
    {
        using var network = Build("plain20-cifar");
        var part = Part.Of(network)[3];
        Assert.Equal("layer1.1.conv2", part.Name);
        using (no_grad())
        {
            nn.init.dirac_(((Conv2d)part.Module).weight!).mul_(0.5);
            nn.init.constant_(((BatchNorm2d)network.named_modules().Single(m => m.name == "layer1.1.bn2").module).weight!, 2);
        }

        foreach (var norm in network.modules().OfType<BatchNorm2d>())
            norm.eps = 0;

        Assert.Equal(Logits(network), Logits(network, part));
    }

    [Fact]
    public void ErrorOf_LogitsThatAlwaysSayOneClass_IsTheOthersShare()
    {
        using var network = Build("resnet20-cifar");
        var last = network.modules().OfType<Linear>().Single();
        using (no_grad())
        {
            nn.init.zeros_(last.weight!);
            last.bias![2] = tensor(1f);
        }

        using var batches = new TestBatches(SyntheticImages.Set(200, seed: 3));
        // Classes take turns: 0, 1, 2, 0, …
        Assert.Equal(134 / 200.0, Unraveling.ErrorOf(network, batches, [], CancellationToken.None));
    }

    [Fact]
    public void TestBatches_FewerThanThereAre_AreEvenlySpaced()
    {
        using var batches = new TestBatches(SyntheticImages.Set(300, seed: 3), most: 150);
        Assert.Equal(150, batches.Count);
    }

    [Theory]
    [InlineData(0.9, 0.3, "At 20 layers the median deletion costs resnet20-cifar 10.00 points and plain20-cifar 70.00 points: resnet20-cifar depends less on any one of its parts.")]
    [InlineData(0.3, 0.9, "At 20 layers the median deletion costs resnet20-cifar 70.00 points and plain20-cifar 10.00 points: resnet20-cifar depends no less on any one of its parts.")]
    [InlineData(0.3, 0.1, "At 20 layers the median deletion costs resnet20-cifar -10.00 points and plain20-cifar 10.00 points: resnet20-cifar depends less on any one of its parts.")]
    public void Findings_OfTwoFamilies_FollowTheErrors(double plain, double residual, string expected) =>
        Assert.Contains(expected, UnravelFindings.Of([Taken("plain20-cifar", plain), Taken("resnet20-cifar", residual)], classes: 10));

    [Theory]
    [InlineData(0.24, 0.4, "2 of 2 deletions cost less than 5.00 points, the median one 4.00 points; the worst is a with an error of 24.00 %.", "it rises with their number.")]
    [InlineData(0.9, 0.1, "0 of 2 deletions cost less than 5.00 points, the median one 70.00 points; the worst is a with an error of 90.00 %.", "it does not rise with their number.")]
    public void Findings_OfOneNetwork_FollowTheErrors(double single, double many, string alone, string together)
    {
        var findings = UnravelFindings.Of([Taken("resnet20-cifar", single, many)], classes: 4);

        Assert.Contains(alone, findings[0]);
        Assert.EndsWith(together, findings[1]);
        Assert.Equal("A network that guesses is wrong in 75.00 %.", findings[2]);
    }

    [Fact]
    public void Run_TrainedNetworks_WritesErrorsPlotAndPage()
    {
        UnravelExperiment.Run(_folder.Run("plain20-cifar", "resnet20-cifar"), ExperimentFolder.Recipe, new UnravelSetting(Images: 6, Drawings: 2));

        Assert.Equal(1 + 17 + 10, _folder.Lines("unravel.csv").Length);
        Assert.Equal(1 + (2 * 8) + (2 * 5), _folder.Lines("unravel-several.csv").Length);
        Assert.StartsWith("resnet20-cifar,layer2.0,true,", _folder.Lines("unravel.csv")[1 + 17 + 4]);
        _folder.AssertPlots("unravel");
        Assert.Contains("| test images | 6 |", _folder.Read("unravel.md"));
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static Network Build(string name, bool zeroGamma = false)
    {
        random.manual_seed(5);
        var network = Architecture.Find(name).Build();
        Initialization.Apply(network, zeroGamma: zeroGamma);
        network.eval();
        return network;
    }

    private static float[] Logits(Network network, params Part[] deleted)
    {
        random.manual_seed(6);
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var signal = (DecoratingSignal)network.Forward(new DeletingSignal(randn(2, 3, 32, 32), deleted.Select(part => part.Module).ToHashSet()));
        return signal.Tensor.data<float>().ToArray();
    }

    private static Unraveling Taken(string name, double single, double several = 0.9) => new(
        ExperimentFolder.Trained(name, 0, 0.2),
        Error: 0.2,
        [new(new("a", new ProbeStub(), ChangesShape: false), single), new(new("b", new ProbeStub(), ChangesShape: false), single)],
        [new(2, [single, single]), new(4, [several, several])]);

    private sealed class ProbeStub() : nn.Module(nameof(ProbeStub));
}
