using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Tests.Servers;

public sealed class PeersTests
{
    [Fact]
    public async Task Peers_ThatCannotRunAModel_AreLeftOutWithAReason()
    {
        var model = BenchmarkModel.Find(Path.Combine(Repository.Root, "models"), "resnet20-cifar10");

        var peers = await Peers.PrepareAsync(model, [Peers.Node, Peers.FastApi], weights: null, "python3", TestContext.Current.CancellationToken);

        Assert.Empty(peers.Programs);
        Assert.Equal(2, peers.Absent.Count);
        Assert.All(peers.Absent, reason => Assert.Contains("is left out: it preprocesses as torchvision's ImageNet networks want it", reason, StringComparison.Ordinal));
    }
}
