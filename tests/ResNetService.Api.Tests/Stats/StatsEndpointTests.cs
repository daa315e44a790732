using System.Text.Json;

namespace ResNetService.Api.Tests.Stats;

public sealed class StatsEndpointTests
{
    [Fact]
    public async Task Stats_AfterRequests_CountsTheirImages()
    {
        await using var host = new ServiceHost();
        var before = Assert.Single((await host.Client.GetJsonAsync("/stats")).GetProperty("models").EnumerateArray());
        using var form = Replies.Form(("a.png", Replies.Red), ("b.txt", Replies.NoImage), ("c.png", Replies.Blue));
        await host.Client.PostAsync(form);

        var stats = await host.Client.GetJsonAsync("/stats");
        var model = Assert.Single(stats.GetProperty("models").EnumerateArray());
        Assert.Equal((0, 0, JsonValueKind.Null), (before.GetProperty("answered").GetInt32(), before.GetProperty("batches").GetInt32(), before.GetProperty("latency").ValueKind));
        Assert.Equal(("color", "1", 2, 1), (model.Text("name"), model.Text("version"), model.GetProperty("answered").GetInt32(), model.GetProperty("failed").GetInt32()));
        Assert.Equal((0, 512, 0), (model.GetProperty("held").GetInt32(), model.GetProperty("capacity").GetInt32(), model.GetProperty("running").GetInt32()));
        Assert.InRange(model.GetProperty("batches").GetInt32(), 1, 2);
        Assert.True(model.GetProperty("latency").GetProperty("p50Ms").GetDouble() > 0);
        Assert.True(stats.GetProperty("uptimeSeconds").GetDouble() > 0);
    }

    [Fact]
    public async Task Stats_WhileABatchRuns_ShowWhatIsHeld()
    {
        using var gate = new GatedBackend();
        await using var host = new ServiceHost(new() { ["Batching:MaxBatchSize"] = "1", ["Batching:Runners"] = "1" }, gate.Replace);
        gate.Close();
        var waiting = Enumerable.Range(0, 3).Select(_ => host.Client.PostAsync(Replies.Raw(Replies.Red))).ToArray();
        await gate.RunWaitsAsync();
        var model = await ModelAsync(host);
        while (model.GetProperty("held").GetInt32() < 3)
            model = await ModelAsync(host);

        Assert.Equal(1, model.GetProperty("running").GetInt32());
        gate.Open();
        await Task.WhenAll(waiting);
        Assert.Equal((0, 3, 3), (await ModelAsync(host)) is var after ? (after.GetProperty("held").GetInt32(), after.GetProperty("answered").GetInt32(), after.GetProperty("batches").GetInt32()) : default);
    }

    private static async Task<JsonElement> ModelAsync(ServiceHost host) => (await host.Client.GetJsonAsync("/stats")).GetProperty("models")[0];
}
