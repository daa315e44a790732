using ResNetService.Modeling.Architectures;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Architectures;

public sealed class InitializationTests
{
    /// <summary>Of a 3x3 convolution from 64 to 64 channels: fan_in = fan_out = 576.</summary>
    [Theory]
    [InlineData("He", 2.0 / 576)]
    [InlineData("Glorot", 2.0 / 1152)]
    public void Apply_ByName_DrawsFromANormalOfThatVariance(string kind, double variance)
    {
        random.manual_seed(8);
        using var scope = NewDisposeScope();
        using var network = Architecture.Find("resnet20-cifar").Build();

        Initialization.Apply(network, Enum.Parse<InitializationKind>(kind));

        var weight = network.state_dict()["layer3.1.conv1.weight"];
        Assert.InRange(weight.var().item<float>(), variance * 0.97, variance * 1.03);
        Assert.InRange(weight.mean().item<float>(), -0.001, 0.001);

        // A uniform distribution of that variance ends at 1.73 deviations.
        Assert.InRange(weight.abs().max().item<float>(), 3 * Math.Sqrt(variance), 6 * Math.Sqrt(variance));
        Assert.Equal(0, network.state_dict()["fc.bias"].abs().max().item<float>());
    }

    [Fact]
    public void Apply_ZeroGamma_StartsEachResidualBlockAsItsShortcut()
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        using var network = Architecture.Find("resnet50").Build(7);

        Initialization.Apply(network, zeroGamma: true);

        Assert.All(network.modules().OfType<Block>(), block => Assert.Equal(0, block.LastNorm!.weight!.abs().max().item<float>()));
        Assert.Equal(1, network.state_dict()["layer1.0.bn1.weight"].min().item<float>());
    }

    /// <summary>Without a way around, a block of gamma 0 lets nothing through and no gradient back.</summary>
    [Theory]
    [InlineData("plain20-cifar", false)]
    [InlineData("vgg16-bn", false)]
    [InlineData("preresnet18", false)]
    [InlineData("resnet20-cifar", true)]
    public void HasZeroGamma_OnlyWhereABlockHasAShortcut(string name, bool expected)
    {
        Assert.Equal(expected, Initialization.HasZeroGamma(Architecture.Find(name)));
        if (name != "plain20-cifar")
            return;

        using var network = Architecture.Find(name).Build();
        Initialization.Apply(network, zeroGamma: true);
        Assert.All(network.modules().OfType<BatchNorm2d>(), norm => Assert.Equal(1, norm.weight!.min().item<float>()));
    }
}
