using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Tests.Measurement;

public sealed class RawRunTests
{
    private static BenchmarkModel Shipped => BenchmarkModel.Find(Path.Combine(Repository.Root, "models"), "resnet20-cifar10");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Graph_RunsInAProcessOfItsOwn(int batch)
    {
        var run = await RawRun.InOwnProcessAsync(Shipped.Graph, batch, seconds: 1, TestContext.Current.CancellationToken);

        Assert.InRange(run.SecondsPerImage, 1e-6, 1.5);
        Assert.True(run.CpuSecondsPerImage > 0);
    }

    [Fact]
    public async Task Pipeline_AnswersInAProcessOfItsOwn()
    {
        using var photographs = Photographs.Read(Path.Combine(Repository.Root, "samples"));

        var pipeline = await InProcessPipeline.InOwnProcessAsync(Shipped.Directory, photographs, concurrency: 2, seconds: 1, TestContext.Current.CancellationToken);

        Assert.True(pipeline.RequestsPerSecond > 0);
        Assert.True(pipeline.CpuSecondsPerImage > 0);
    }
}
