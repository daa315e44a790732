using ResNetService.Inference.Telemetry;

namespace ResNetService.Api.Tests.Telemetry;

public sealed class CatalogMeterTests
{
    [Fact(Timeout = 60_000)]
    public async Task Queue_WhileABatchRuns_IsMeasured()
    {
        using var gate = new GatedBackend();
        await using var host = new ServiceHost(new() { ["Batching:MaxBatchSize"] = "1", ["Batching:Runners"] = "1", ["Batching:QueueCapacity"] = "9" }, gate.Replace);
        gate.Close();
        var requests = Enumerable.Range(0, 3).Select(_ => host.Client.PostAsync(Replies.Raw(Replies.Red))).ToArray();
        await gate.RunWaitsAsync();

        Assert.Equal(["model=color version=1: 3"], await UntilAsync(host, "resnet.queue.held", 3, TestContext.Current.CancellationToken));
        Assert.Equal(["model=color version=1: 2"], await UntilAsync(host, "resnet.queue.waiting", 2, TestContext.Current.CancellationToken));
        Assert.Equal(["model=color version=1: 9"], Observe(host, "resnet.queue.capacity"));
        Assert.Equal(["model=color version=1: 1"], Observe(host, "resnet.batch.running"));
        Assert.Equal(["model=color version=1: 1"], Observe(host, "resnet.batch.runners"));
        gate.Open();
        await Task.WhenAll(requests);
        Assert.Equal(["model=color version=1: 0"], Observe(host, "resnet.queue.held"));
        Assert.Equal(["model=color version=1: 0"], Observe(host, "resnet.queue.waiting"));
        Assert.Equal(["model=color version=1: 0"], Observe(host, "resnet.batch.running"));
    }

    [Fact]
    public async Task Models_HaveTheirState_AndThoseThatAnswerWhatTheyRunOn()
    {
        await using var host = new ServiceHost(
            new() { ["Models:Default"] = "color", ["Execution:Provider"] = "Cpu", ["Models:Versions"] = "all" }, models: TinyModelRepository.WithColor().Add("color", "2").Add("bad", "1", [1, 2, 3], "{}"));
        var instructions = (await host.Client.GetJsonAsync("/health/ready")).GetProperty("models")[1].Text("instructionSet");

        Assert.Equal(
            [
                "model=bad state=invalid version=1: 1", "model=bad state=loading version=1: 0", "model=bad state=ready version=1: 0", "model=bad state=unloaded version=1: 0",
                "model=color state=invalid version=1: 0", "model=color state=invalid version=2: 0", "model=color state=loading version=1: 0",
                "model=color state=loading version=2: 0", "model=color state=ready version=1: 1", "model=color state=ready version=2: 1",
                "model=color state=unloaded version=1: 0", "model=color state=unloaded version=2: 0",
            ],
            Observe(host, "resnet.model.state"));
        Assert.Equal(
            [
                $"default=false device=CPU ({instructions}) instruction_set={instructions} model=color precision=fp32 provider=cpu requested=cpu version=1: 1",
                $"default=true device=CPU ({instructions}) instruction_set={instructions} model=color precision=fp32 provider=cpu requested=cpu version=2: 1",
            ],
            Observe(host, "resnet.model.info"));
    }

    private static string[] Observe(ServiceHost host, string instrument)
    {
        using var measurements = new Measurements<int>(host, InferenceMeter.Name, instrument);
        return measurements.Observe();
    }

    /// <summary>Images come to the queue when their requests like.</summary>
    private static async Task<string[]> UntilAsync(ServiceHost host, string instrument, int sum, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Observe(host, instrument) is var observed && observed.Any(value => value.EndsWith($": {sum}", StringComparison.Ordinal)))
                return observed;
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
