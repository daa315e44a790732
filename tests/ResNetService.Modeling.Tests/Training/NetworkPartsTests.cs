using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Training;

public sealed class NetworkPartsTests
{
    public static TheoryData<string> Families =>
        ["resnet18", "resnet18d", "resnet20-cifar", "preresnet18", "highway19-cifar", "vgg16", "vgg16-bn", "googlenet", "prelunet-a", "plain18"];

    [Theory]
    [MemberData(nameof(Families))]
    public void Head_EveryFamily_IsTheLayerThatMakesTheLogits(string architecture)
    {
        using var network = Meta(architecture, out var parts);
        var head = Assert.IsType<Linear>(network.named_modules().Single(m => m.name == parts.Head).module);
        Assert.Equal(Architecture.Find(architecture).Classes, head.weight!.shape[0]);
        var frozen = network.named_parameters().Where(p => parts.IsFrozen(p.name, Freezing.AllButHead)).Select(p => p.name);
        var rest = network.named_parameters().Select(p => p.name).Except(frozen);
        Assert.Equal(architecture == "googlenet" ? 2 + 12 : 2, rest.Count()); // its auxiliary heads begin untrained, too
    }

    [Theory]
    [InlineData("conv1.weight", 0.01)]
    [InlineData("layer4.1.bn2.weight", 0.1)]
    [InlineData("fc.weight", 1)]
    public void RateFactor_ResNet_FallsFromTheHeadToTheStem(string key, double expected)
    {
        using var network = Meta("resnet18", out var parts);
        Assert.Equal(expected, parts.RateFactor(key), 1e-12);
        var stages = new[] { "conv1.weight", "bn1.weight", "layer1.0.conv1.weight", "layer2.0.conv1.weight", "layer3.0.conv1.weight", "layer4.0.conv1.weight" };
        Assert.Equal(stages.Order(), stages.OrderBy(parts.RateFactor).Order());
        Assert.True(stages.Zip(stages.Skip(1)).All(pair => parts.RateFactor(pair.First) < parts.RateFactor(pair.Second)));
    }

    [Theory]
    [InlineData("resnet18", "conv1,bn1")]
    [InlineData("resnet18d", "conv1,bn1")]
    [InlineData("preresnet18", "conv1,bn1")]
    [InlineData("googlenet", "conv1,conv2,conv3")]
    public void IsFrozen_Stem_IsWhatComesBeforeTheFirstStage(string architecture, string expected)
    {
        using var network = Meta(architecture, out var parts);
        var frozen = network.named_parameters().Where(p => parts.IsFrozen(p.name, Freezing.Stem)).Select(p => p.name.Split('.')[0]).Distinct();
        Assert.Equal(expected.Split(','), frozen);
    }

    [Theory]
    [InlineData("vgg16")]
    [InlineData("highway19-cifar")]
    [InlineData("prelunet-a")]
    public void IsFrozen_StemOfANetworkWithoutOne_IsRefused(string architecture)
    {
        using var network = Meta(architecture, out var parts);
        var key = network.named_parameters().First().name;
        Assert.Equal($"--freeze is stem, and {architecture} has none apart from its stages; freeze none or all-but-head", Assert.Throws<TrainingException>(() => parts.IsFrozen(key, Freezing.Stem)).Message);
    }

    private static Network Meta(string name, out NetworkParts parts)
    {
        var architecture = Architecture.Find(name);
        using var served = architecture.Create(new LayerFactory(META), architecture.Classes);
        var network = architecture.Create(new LayerFactory(META, forTraining: true), architecture.Classes);
        parts = new(network, served.state_dict().Keys.ToHashSet());
        return network;
    }
}
