using System.Net;
using ResNetService.Inference.Execution;

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
            new() { ["Batching:RunTimeout"] = "00:00:01", ["Batching:Runners"] = "1", ["Shutdown:Timeout"] = "00:00:02" }, _backend.Replace);

        _backend.OnRun = comesBack.Wait;
        for (var i = 0; i < 2; i++)
            await host.Client.FailAsync(Replies.Raw(Replies.Red), 503, "not-ready");

        Assert.Equal("stuck", (await host.Client.GetJsonAsync("/health/live", HttpStatusCode.ServiceUnavailable)).Text("status"));
        await host.Client.FailAsync(Replies.Raw(Replies.Red), 503, "not-ready");
        await host.DisposeAsync();
        comesBack.Set();
    }

    private static async Task<string> LabelAsync(ServiceHost host, byte[] image) =>
        (await host.Client.PostAsync(Replies.Raw(image))).GetProperty("results")[0].GetProperty("predictions")[0].Text("label");
}
