using ResNetService.Api.Tests.Faults;
using ResNetService.Inference.Models;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Api.Tests.Telemetry;

public sealed class CatalogMeterTests
{
    [Fact(Timeout = 60_000)]
    public async Task Queue_WhileABatchRuns_IsMeasured()
    {
        using var gate = new GatedBackend();
        await using var host = new ServiceHost(
            new() { ["Batching:MaxBatchSize"] = "1", ["Batching:Runners"] = "1", ["Batching:QueueCapacity"] = "8", ["Models:Versions"] = "all" }, gate.Replace, TinyModelRepository.WithColor().Add("color", "2"));
        gate.Close();
        var requests = Enumerable.Range(0, 3).Select(_ => host.Client.PostAsync(Replies.Raw(Replies.Red))).ToArray();
        await gate.RunWaitsAsync();

        Assert.Equal(["model=color: 3"], await UntilAsync(host, "resnet.queue.held", 3, TestContext.Current.CancellationToken));
        Assert.Equal(["model=color: 2"], await UntilAsync(host, "resnet.queue.waiting", 2, TestContext.Current.CancellationToken));
        Assert.Equal(["model=color: 16"], Observe(host, "resnet.queue.capacity"));
        Assert.Equal(["model=color: 1"], Observe(host, "resnet.batch.running"));
        Assert.Equal(["model=color: 2"], Observe(host, "resnet.batch.runners"));
        // Each version has its own: that the other is idle helps nobody who waits.
        Assert.Equal(["model=color: 0.375"], Observe<double>(host, "resnet.queue.used"));
        Assert.Equal(["model=color: 1"], Observe<double>(host, "resnet.batch.used"));
        gate.Open();
        await Task.WhenAll(requests);
        Assert.Equal(["model=color: 0"], Observe(host, "resnet.queue.held"));
        Assert.Equal(["model=color: 0"], Observe(host, "resnet.queue.waiting"));
        Assert.Equal(["model=color: 0"], Observe(host, "resnet.batch.running"));
    }

    [Fact]
    public async Task Models_HaveTheirState_AndThoseThatAnswerWhatTheyRunOn()
    {
        await using var host = new ServiceHost(
            new() { ["Models:Default"] = "color", ["Execution:Provider"] = "Cpu", ["Models:Versions"] = "all", ["Batching:Runners"] = "1" }, models: TinyModelRepository.WithColor().Add("color", "2").Add("bad", "1", [1, 2, 3], "{}"));
        var instructions = (await host.Client.GetJsonAsync("/models")).GetProperty("models")[1].Text("instructionSet");

        Assert.Equal(
            [
                "model=bad state=invalid: 1", "model=bad state=loading: 0", "model=bad state=ready: 0", "model=bad state=unloaded: 0",
                "model=color state=invalid: 0", "model=color state=loading: 0", "model=color state=ready: 2", "model=color state=unloaded: 0",
            ],
            Observe(host, "resnet.model.state"));
        Assert.Equal(
            [
                $"default=false device=CPU ({instructions}) instruction_set={instructions} model=color precision=fp32 provider=cpu requested=cpu: 1",
                $"default=true device=CPU ({instructions}) instruction_set={instructions} model=color precision=fp32 provider=cpu requested=cpu: 1",
            ],
            Observe(host, "resnet.model.info"));
        Assert.Equal(["model=bad: 1", "model=color: 0"], Observe(host, "resnet.model.faulty"));
        Assert.Equal([": 0"], Observe(host, "resnet.repository.faulty"));
        Assert.Equal(["model=color: 2"], Observe(host, "resnet.model.version"));
        Assert.Equal(["model=color: 0"], Observe(host, "resnet.model.stuck"));
        Assert.Equal(["model=color: 2"], Observe(host, "resnet.batch.runners"));
    }

    /// <summary>A state that is new fails here until a model is in it.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Models_InEachStateThatThereIs_AreMeasured()
    {
        using var isLoading = new SemaphoreSlim(0);
        using var goesOn = new ManualResetEventSlim();
        var backend = new FaultyBackend();
        await using var host = new ServiceHost(
            new() { ["Models:Default"] = "color", ["Models:LoadOnRequest"] = "true" }, backend.Replace, TinyModelRepository.WithColor().Add("other", "1").Add("third", "1").Add("bad", "1", [1, 2, 3], "{}"));
        // What is wrong with it is not known before.
        await host.Client.FailAsync(Replies.Raw(Replies.Red), 503, "not-ready", "?model=bad");
        backend.OnLoad = _ =>
        {
            isLoading.Release();
            goesOn.Wait(TestContext.Current.CancellationToken);
        };
        var loads = host.Client.PostAsync(Replies.Raw(Replies.Red), "?model=other");
        await isLoading.WaitAsync(TestContext.Current.CancellationToken);
        string[] states = [.. Observe(host, "resnet.model.state").Where(state => !state.EndsWith(": 0", StringComparison.Ordinal))];
        goesOn.Set();
        await loads;

        Assert.Equal(["model=bad state=invalid: 1", "model=color state=ready: 1", "model=other state=loading: 1", "model=third state=unloaded: 1"], states);
        Assert.All(Enum.GetNames<ModelState>(), name => Assert.Contains(states, state => state.Contains($"state={name.ToLowerInvariant()}:", StringComparison.Ordinal)));
    }

    private static string[] Observe(ServiceHost host, string instrument) => Observe<int>(host, instrument);

    private static string[] Observe<T>(ServiceHost host, string instrument)
        where T : struct
    {
        using var measurements = new Measurements<T>(host, InferenceMeter.Name, instrument);
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
