namespace ResNetService.Api.Tests.Caching;

/// <summary>Replicas that share a real Redis.</summary>
public sealed class RedisCacheTests
{
    public static TheoryData<string> Routes => AnswerCacheTests.Routes;

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task AnswerOfAReplica_IsKnownToAnother(string route)
    {
        using var redis = await RedisServer.StartAsync();
        await using var one = Replica(redis.Port);
        await using var other = Replica(redis.Port);

        var computed = await one.Client.PostAsync(Replies.Raw(Replies.Red), route: route);
        var kept = await other.Client.PostAsync(Replies.Raw(Replies.Red), route: route);

        Assert.Equal(computed.GetProperty("results").ToString(), kept.GetProperty("results").ToString());
        Assert.Equal((1, 0), await HitsAndMissesAsync(other));
    }

    [Fact]
    public async Task ModelChangedInPlace_HasNoAnswersOfTheOldOne()
    {
        using var redis = await RedisServer.StartAsync();
        await using var one = Replica(redis.Port);
        await one.Client.PostAsync(Replies.Raw(Replies.Red));
        var biased = TinyOnnx.PooledClassifier(TinyModelRepository.Size, TinyModelRepository.Weights, [3, -2, 1000]);
        var changed = new TinyModelRepository().Add("m", "1", biased, TinyModelRepository.Manifest(features: "features"));
        await using var other = Replica(redis.Port, changed);

        var reply = await other.Client.PostAsync(Replies.Raw(Replies.Red));

        Assert.Equal("blue", reply.GetProperty("results")[0].GetProperty("predictions")[0].Text("label"));
        Assert.Equal((0, 1), await HitsAndMissesAsync(other));
    }

    /// <summary>What Redis may know can be computed: it may slow an answer by its timeout, and takes none away.</summary>
    [Fact]
    public async Task ServerThatGoes_CostsHitsAndNoAnswer()
    {
        using var redis = await RedisServer.StartAsync();
        await using var host = Replica(redis.Port);
        await host.Client.PostAsync(Replies.Raw(Replies.Red));

        redis.Kill();
        foreach (var image in new[] { Replies.Green, Replies.Blue, Replies.Red })
            await host.Client.PostAsync(Replies.Raw(image));

        // This process's own copy is still there.
        Assert.Equal((1, 3), await HitsAndMissesAsync(host));
    }

    [Fact]
    public async Task ServerThatNeverWas_CostsNoAnswer()
    {
        await using var host = Replica(LoopbackPort.Free());

        await host.Client.PostAsync(Replies.Raw(Replies.Red));
        await host.Client.PostAsync(Replies.Raw(Replies.Red));

        Assert.Equal((1, 1), await HitsAndMissesAsync(host));
    }

    private static ServiceHost Replica(int port, TinyModelRepository? models = null) =>
        new(new() { ["Cache:Enabled"] = "true", ["Cache:Redis"] = $"127.0.0.1:{port}" }, models: models ?? new TinyModelRepository().AddWithFeatures("m", "1"));

    private static async Task<(long Hits, long Misses)> HitsAndMissesAsync(ServiceHost host)
    {
        var cache = (await host.Client.GetJsonAsync("/stats")).GetProperty("cache");
        return (cache.GetProperty("hits").GetInt64(), cache.GetProperty("misses").GetInt64());
    }
}
