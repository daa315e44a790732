using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Import;
using ResNetService.Modeling.Weights.Safetensors;

namespace ResNetService.Modeling.Tests.Pull;

/// <summary>The keys of published checkpoints, where they are not simply torchvision's of the same network.</summary>
public sealed class PublishedKeysTests : Weights.TemporaryFolder
{
    /// <summary>timm counts the ReLUs of its stem and the pooling of its shortcut, and gives the first stage of bottlenecks an empty pooling.</summary>
    [Theory]
    [InlineData("resnet18d", "layer2.0")]
    [InlineData("resnet50d", "layer1.0", "layer2.0")]
    public void DeepStem_Keys_AreTimms(string name, params string[] blocksWithShortcut)
    {
        using var network = Architecture.Find(name).Build();
        var keys = network.state_dict().Keys;

        Assert.Superset(
            new HashSet<string> { "conv1.0.weight", "conv1.1.weight", "conv1.1.running_var", "conv1.3.weight", "conv1.4.bias", "conv1.6.weight", "bn1.weight", "fc.bias" },
            keys.ToHashSet());
        Assert.DoesNotContain("conv1.weight", keys);
        Assert.All(blocksWithShortcut, block => Assert.Equal(
            [$"{block}.downsample.1.weight", $"{block}.downsample.2.bias", $"{block}.downsample.2.num_batches_tracked", $"{block}.downsample.2.running_mean", $"{block}.downsample.2.running_var", $"{block}.downsample.2.weight"],
            keys.Where(key => key.StartsWith(block + ".downsample.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));
    }

    /// <summary>torchvision's GoogLeNet has its auxiliary heads in the file.</summary>
    [Fact]
    public void GoogLeNet_WithAuxiliaryHeads_FillsTheNetworkWithoutThem()
    {
        using var trained = Architecture.Find("googlenet").Build(classes: 2, forTraining: true);
        var path = PathOf("googlenet.safetensors");
        SafetensorsWriter.Write(path, trained.state_dict().Select(tensor => tensor.Value.ToSafetensors(tensor.Key)));
        using var network = Architecture.Find("googlenet").Build(classes: 2);
        using var file = WeightFile.Open(path);
        Assert.Contains(file.Entries, entry => entry.Name == "aux1.conv.conv.weight");

        var rules = WeightImport.Apply(file, new ModuleTarget(network));

        Assert.Equal(["auxiliary heads left out"], rules);
        var expected = trained.state_dict();
        Assert.All(network.state_dict(), tensor => Assert.True(tensor.Value.bytes.SequenceEqual(expected[tensor.Key].bytes), tensor.Key));
    }

    [Fact]
    public void GoogLeNet_ForTraining_TakesTheHeadsToo()
    {
        using var trained = Architecture.Find("googlenet").Build(classes: 2, forTraining: true);
        var path = PathOf("googlenet.safetensors");
        SafetensorsWriter.Write(path, trained.state_dict().Select(tensor => tensor.Value.ToSafetensors(tensor.Key)));
        using var network = Architecture.Find("googlenet").Build(classes: 2, forTraining: true);
        using var file = WeightFile.Open(path);

        Assert.Empty(WeightImport.Apply(file, new ModuleTarget(network)));
    }
}
