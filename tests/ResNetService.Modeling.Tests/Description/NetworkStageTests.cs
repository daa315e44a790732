using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Description;
using ResNetService.Modeling.Tests.Architectures;

namespace ResNetService.Modeling.Tests.Description;

public sealed class NetworkStageTests
{
    [Theory]
    [MemberData(nameof(Registry.Names), MemberType = typeof(Registry))]
    public void Of_EveryNetwork_AddsUpToItsParametersAndMultiplyAdds(string name)
    {
        var architecture = Registry.Find(name);
        var cost = architecture.Measure();

        var stages = NetworkStage.Of(architecture, architecture.InputShape);

        Assert.Equal((cost.Parameters, cost.MultiplyAdds), (stages.Sum(stage => stage.Parameters), stages.Sum(stage => stage.MultiplyAdds)));
        Assert.Equal(FeatureShape.Vector(architecture.Classes), stages[^1].Output);
    }

    /// <summary>Table 1 of the paper, column "50-layer".</summary>
    [Fact]
    public void Of_ResNet50_IsTable1()
    {
        var stages = Stages("resnet50-v1");

        Assert.Equal(
            [
                ("conv1", "[64,112,112]", "7x7, 64, stride 2"),
                ("", "[64,56,56]", "3x3 max pool, stride 2"),
                ("layer1", "[256,56,56]", "[1x1, 64; 3x3, 64; 1x1, 256] x 3"),
                ("layer2", "[512,28,28]", "[1x1, 128; 3x3, 128; 1x1, 512] x 4, stride 2"),
                ("layer3", "[1024,14,14]", "[1x1, 256; 3x3, 256; 1x1, 1024] x 6, stride 2"),
                ("layer4", "[2048,7,7]", "[1x1, 512; 3x3, 512; 1x1, 2048] x 3, stride 2"),
                ("", "[2048]", "average pool"),
                ("fc", "[1000]", "1000-d fc"),
            ],
            stages.Select(stage => (stage.Name, stage.Output.ToString(), stage.Layers)));
    }

    /// <summary>Its layers are the children of one module, so that sizes alone divide them.</summary>
    [Fact]
    public void Of_Vgg16_HasAStageForEachSize() =>
        Assert.Equal(
            ["[3x3, 64] x 2", "[3x3, 128] x 2", "[3x3, 256] x 3", "[3x3, 512] x 3", "[3x3, 512] x 3"],
            Stages("vgg16-bn").Where(stage => stage.Name.StartsWith("features", StringComparison.Ordinal)).Select(stage => stage.Layers));

    /// <summary>Pooling within a module, and what it concatenates, belong to its row.</summary>
    [Fact]
    public void Of_GoogLeNet_GivesEachInceptionTheOutputOfAllItsBranches()
    {
        var inception = Assert.Single(Stages("googlenet"), stage => stage.Name == "inception4e");

        Assert.Equal(("[832,14,14]", "1x1, 256; 1x1, 160; 3x3, 320; 1x1, 32; 3x3, 128; 1x1, 128"), (inception.Output.ToString(), inception.Layers));
    }

    /// <summary>Without the projection, which is no part of the block's two layers, in layers and stride.</summary>
    [Fact]
    public void Of_ProjectingBlocks_WritesTheirLayersAndCountsTheirShortcuts()
    {
        var (padded, projected) = (Stages("resnet20-cifar")[2], Stages("resnet20-cifar-b")[2]);

        Assert.Equal("[3x3, 32; 3x3, 32] x 3, stride 2", projected.Layers);
        Assert.Equal((padded.Layers, padded.Parameters + (16 * 32) + (2 * 32)), (projected.Layers, projected.Parameters));
    }

    [Fact]
    public void Of_ImageThatIsTooSmall_SaysWhatWouldNotFit()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => NetworkStage.Of(Registry.Find("prelunet-a"), new(3, 96, 96)));

        Assert.Contains("112 or more", exception.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<NetworkStage> Stages(string name) => NetworkStage.Of(Registry.Find(name), Registry.Find(name).InputShape);
}
