using System.Text.Json;
using ResNetService.Modeling.Architectures;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Architectures;

/// <summary>What holds for every registered network; a new row in a family's table is tested by being there.</summary>
public sealed class ArchitectureTests
{
    [Fact]
    public void All_Names_AreUnique() =>
        Assert.Equal(Registry.All.Count, Registry.All.Select(a => a.Name).Distinct().Count());

    [Fact]
    public void VariantsIn_AnAssemblyWithAFamily_HasItsRowsWithoutAnythingElse() =>
        Assert.Equal(["resnet26", "tinynet6", "tinynet10"], NetworkFamily.VariantsIn(typeof(TinyNet).Assembly).Select(a => a.Name));

    [Fact]
    public void Find_UnknownName_NamesTheNearest()
    {
        var exception = Assert.Throws<ArgumentException>(() => Architecture.Find("resnet19"));

        Assert.Contains("there is no network 'resnet19'; did you mean 'resnet18'?", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Registry.Names), MemberType = typeof(Registry))]
    public void Layers_OfEveryNetwork_AreTheLongestPathsConvolutionsAndLinearLayers(string name)
    {
        var architecture = Registry.Find(name);

        Assert.Equal(architecture.Layers, architecture.Measure().Layers);
    }

    /// <summary>Auxiliary heads among them, which are there in training only.</summary>
    [Theory]
    [MemberData(nameof(Registry.Names), MemberType = typeof(Registry))]
    public void Backward_FromTheLogits_ReachesEveryParameter(string name)
    {
        random.manual_seed(4);
        using var scope = NewDisposeScope();
        var architecture = Registry.Find(name);
        using var network = architecture.Build(classes: 7, forTraining: true);
        Initialization.Apply(network);
        network.train();
        var side = architecture.Preprocessing.InputSize == 32 ? 32 : 112;

        var signals = network.ForwardForTraining(new TensorSignal(randn(2, 3, side, side)));
        var logits = signals.Auxiliary.Prepend(signals.Logits).Cast<TensorSignal>().Select(signal => signal.Tensor).ToArray();
        logits.Select(l => l.pow(2).sum()).Aggregate((sum, next) => sum + next).backward();

        Assert.All(logits, l => Assert.Equal([2L, 7L], l.shape));
        Assert.All(network.named_parameters(), p => Assert.True(p.parameter.grad is { } g && g.abs().sum().item<float>() > 0, p.name));
    }

    [Theory]
    [InlineData("resnet18-a", 1.8)]
    [InlineData("resnet34-a", 3.6)]
    [InlineData("resnet50-v1", 3.8)]
    [InlineData("resnet101-v1", 7.6)]
    [InlineData("resnet152-v1", 11.3)]
    [InlineData("plain18", 1.8)]
    [InlineData("plain34", 3.6)]
    [InlineData("vgg19", 19.6)]
    public void MultiplyAdds_WithThePapersStrideAndShortcuts_AreThoseOfTable1AndFigure3(string name, double billions) =>
        Assert.InRange(Architecture.Find(name).Measure().MultiplyAdds / 1e9, billions * 0.98, billions * 1.02);

    [Theory]
    [InlineData("resnet20-cifar", 0.27)]
    [InlineData("resnet32-cifar", 0.46)]
    [InlineData("resnet44-cifar", 0.66)]
    [InlineData("resnet56-cifar", 0.85)]
    [InlineData("resnet110-cifar", 1.7)]
    [InlineData("resnet1202-cifar", 19.4)]
    [InlineData("highway19-cifar", 2.3)]
    [InlineData("highway32-cifar", 1.25)]
    [InlineData("preresnet164-cifar", 1.7)]
    [InlineData("preresnet1001-cifar", 10.2)]
    public void Parameters_OfTheCifarNetworks_AreThoseOfTable6(string name, double millions) =>
        Assert.InRange(Architecture.Find(name).Measure().Parameters / 1e6, millions * 0.98, millions * 1.02);

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    [InlineData("resnet101")]
    [InlineData("resnet152")]
    [InlineData("vgg16")]
    [InlineData("vgg19")]
    [InlineData("googlenet")]
    public void StateDict_OfTorchvisionsNetworks_HasTheirKeysShapesAndCount(string name)
    {
        using var reference = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/architectures.json")));
        var expected = reference.RootElement.GetProperty(name);
        using var network = Architecture.Find(name).Build();

        var actual = network.state_dict().Select(e => $"{e.Key} [{string.Join(',', e.Value.shape)}]").Order();

        Assert.Equal(
            expected.GetProperty("state_dict").EnumerateObject().Select(e => $"{e.Name} [{string.Join(',', e.Value.EnumerateArray())}]").Order(),
            actual);
        Assert.Equal(expected.GetProperty("parameters").GetInt64(), Architecture.Find(name).Measure().Parameters);
    }

    [Fact]
    public void Forward_InEvaluation_DoesNotDependOnTheRestOfTheBatch()
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        using var network = Architecture.Find("resnet20-cifar").Build();
        network.eval();
        var images = randn(4, 3, 32, 32);

        var alone = network.forward(images.slice(0, 2, 3, 1));
        var together = network.forward(images).slice(0, 2, 3, 1);

        Assert.True(alone.allclose(together, 1e-5, 1e-5));
    }
}
