using System.Net;
using Grpc.Net.Client;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Api.Tests.Telemetry;
using ResNetService.Inference.Execution;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Api.Tests.Faults;

/// <summary>What callers see of a network that cannot be run, and of the next one that can.</summary>
public sealed class RunFaultTests
{
    private readonly FaultyBackend _backend = new();

    [Theory]
    [InlineData("the runtime refuses")]
    [InlineData("memory is out")]
    [InlineData("a defect")]
    public async Task Run_ThatThrows_FailsItsRequest_AndTheNextIsAnswered(string what)
    {
        using var host = new ServiceHost([], _backend.Replace);

        _backend.OnRun = what switch
        {
            "the runtime refuses" => () => throw new ExecutionException("the test wants it so"),
            // 4 TB.
            "memory is out" => () => _ = new int[1 << 20, 1 << 20],
            _ => () => throw new InvalidOperationException(),
        };
        await host.Client.FailAsync(Replies.Raw(Replies.Red), 500, "internal");
        _backend.OnRun = null;

        Assert.Equal("red", await LabelAsync(host, Replies.Red));
    }

    [Fact]
    public async Task Run_ThatHangs_Is503_AndTheNextIsAnswered()
    {
        using var comesBack = new ManualResetEventSlim();
        await using var host = new ServiceHost(new() { ["Batching:RunTimeout"] = "00:00:01", ["Batching:Runners"] = "1" }, _backend.Replace);

        _backend.OnRun = comesBack.Wait;
        using (var response = await host.Client.PostAsync(new Uri("/classify", UriKind.Relative), Replies.Raw(Replies.Red), TestContext.Current.CancellationToken))
        {
            await response.ReadProblemAsync(503, "not-ready");
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        }

        _backend.OnRun = null;
        Assert.Equal("blue", await LabelAsync(host, Replies.Blue));
        Assert.Equal("live", (await host.Client.GetJsonAsync("/health/live")).Text("status"));
        comesBack.Set();
        Assert.Equal("green", await LabelAsync(host, Replies.Green));
    }

    [Fact]
    public async Task Runs_ThatAllHang_MakeTheServiceNotLive_SoThatItIsStartedAgain_AndItEndsInTime()
    {
        using var comesBack = new ManualResetEventSlim();
        var host = new ServiceHost(
            new() { ["Batching:RunTimeout"] = "00:00:01", ["Batching:Runners"] = "1", ["Shutdown:Timeout"] = "00:00:02", ["Grpc:Url"] = "http://127.0.0.2:0" }, _backend.Replace);

        _backend.OnRun = comesBack.Wait;
        for (var i = 0; i < 2; i++)
            await host.Client.FailAsync(Replies.Raw(Replies.Red), 503, "not-ready");

        Assert.Equal("stuck", (await host.Client.GetJsonAsync("/health/live", HttpStatusCode.ServiceUnavailable)).Text("status"));
        Assert.False((await host.Client.GetJsonAsync("/v2/health/live", HttpStatusCode.ServiceUnavailable)).GetProperty("live").GetBoolean());
        using (var channel = GrpcChannel.ForAddress(host.Addresses[1]))
            Assert.False((await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ServerLiveAsync(new(), cancellationToken: TestContext.Current.CancellationToken)).Live);
        using (var stuck = new Measurements<int>(host, InferenceMeter.Name, "resnet.model.stuck"))
            Assert.Equal(["model=color: 1"], stuck.Observe());
        await host.Client.FailAsync(Replies.Raw(Replies.Red), 503, "not-ready");
        await host.DisposeAsync();
        comesBack.Set();
    }

    [Fact]
    public async Task Runs_ThatAllHang_OfAnotherModelThanTheDefault_MakeThatModelNotReady()
    {
        using var comesBack = new ManualResetEventSlim();
        var host = new ServiceHost(
            new() { ["Batching:RunTimeout"] = "00:00:01", ["Batching:Runners"] = "1", ["Shutdown:Timeout"] = "00:00:02" }, _backend.Replace, TinyModelRepository.WithColor().Add("other", "1"));

        _backend.OnRun = comesBack.Wait;
        for (var i = 0; i < 2; i++)
            await host.Client.FailAsync(Replies.Raw(Replies.Red), 503, "not-ready", "?model=other");
        _backend.OnRun = null;

        Assert.Equal("blue", await LabelAsync(host, Replies.Blue));
        await host.Client.GetJsonAsync("/health/ready");
        await host.Client.GetJsonAsync("/health/ready/color");
        await host.Client.GetJsonAsync("/health/live", HttpStatusCode.ServiceUnavailable);
        await host.Client.GetJsonAsync("/health/ready/other", HttpStatusCode.ServiceUnavailable);
        await host.Client.GetJsonAsync("/v2/models/other/ready", HttpStatusCode.ServiceUnavailable);
        await host.DisposeAsync();
        comesBack.Set();
    }

    private static async Task<string> LabelAsync(ServiceHost host, byte[] image) =>
        (await host.Client.PostAsync(Replies.Raw(image))).GetProperty("results")[0].GetProperty("predictions")[0].Text("label");
}
