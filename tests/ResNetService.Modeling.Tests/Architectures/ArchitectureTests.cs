using System.Text.Json;
using ResNetService.Modeling.Architectures;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Architectures;

/// <summary>What holds for every registered network; a new row in a family's table is tested by being there.</summary>
public sealed class ArchitectureTests
{
    public static TheoryData<string> Names => [.. Architecture.All.Select(a => a.Name)];

    /// <summary>Small enough to run forward and backward in a unit test.</summary>
    public static TheoryData<string> SmallNames => [.. Architecture.All.Where(a => a.Layers <= 34).Select(a => a.Name)];

    [Fact]
    public void All_Names_AreUnique() =>
        Assert.Equal(Architecture.All.Count, Architecture.All.Select(a => a.Name).Distinct().Count());

    [Fact]
    public void Find_UnknownName_NamesTheKnownOnes()
    {
        var exception = Assert.Throws<ArgumentException>(() => Architecture.Find("resnet19"));

        Assert.Contains("resnet19", exception.Message, StringComparison.Ordinal);
        Assert.Contains("resnet18", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Layers_OfEveryNetwork_AreItsConvolutionsAndLinearLayersWithoutProjections(string name)
    {
        using var network = Architecture.Find(name).Build();

        var weighted = network.named_modules().Count(m => m.module is Conv2d or Linear && !m.name.Contains("downsample", StringComparison.Ordinal));

        Assert.Equal(Architecture.Find(name).Layers, weighted);
    }

    [Theory]
    [MemberData(nameof(SmallNames))]
    public void Backward_FromTheLogits_ReachesEveryParameter(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Architecture.Find(name).Build(classes: 7);
        network.train();

        var logits = network.forward(randn(2, 3, 64, 64));
        logits.pow(2).sum().backward();

        Assert.Equal([2L, 7L], logits.shape);
        Assert.All(network.named_parameters(), p => Assert.True(p.parameter.grad is { } g && g.abs().sum().item<float>() > 0, p.name));
    }

    [Theory]
    [InlineData("resnet18-a", 1.8)]
    [InlineData("resnet34-a", 3.6)]
    [InlineData("resnet50-v1", 3.8)]
    [InlineData("resnet101-v1", 7.6)]
    [InlineData("resnet152-v1", 11.3)]
    public void MultiplyAdds_WithThePapersStrideAndShortcuts_AreThoseOfTable1(string name, double billions) =>
        Assert.InRange(Architecture.Find(name).Measure().MultiplyAdds / 1e9, billions * 0.98, billions * 1.02);

    [Theory]
    [InlineData("resnet20-cifar", 0.27)]
    [InlineData("resnet32-cifar", 0.46)]
    [InlineData("resnet44-cifar", 0.66)]
    [InlineData("resnet56-cifar", 0.85)]
    [InlineData("resnet110-cifar", 1.7)]
    public void Parameters_OfTheCifarNetworks_AreThoseOfTable6(string name, double millions) =>
        Assert.InRange(Architecture.Find(name).Measure().Parameters / 1e6, millions * 0.98, millions * 1.02);

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    [InlineData("resnet101")]
    [InlineData("resnet152")]
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
