using System.Net;
using System.Text.Json;

namespace ResNetService.Api.Tests.Caching;

/// <summary>The service with its cache on; runs are counted at the backend.</summary>
public sealed class AnswerCacheTests : IAsyncDisposable
{
    private readonly GatedBackend _backend = new();
    private readonly ServiceHost _host;

    public AnswerCacheTests()
    {
        _host = new(
            new() { ["Cache:Enabled"] = "true", ["Models:Default"] = "m", ["Models:Versions"] = "all" }, _backend.Replace, new TinyModelRepository().AddWithFeatures("m", "1").Add("color", "1").Add("color", "2"));
        ForgetRuns();
    }

    public static TheoryData<string> Routes => ["/classify", "/embed", "/explain"];

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _backend.Dispose();
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task SameImage_SecondTime_IsAnsweredWithoutARun(string route)
    {
        using var first = await SendAsync(route, Replies.Form(("first.png", Replies.Red)));
        using var second = await SendAsync(route, Replies.Form(("second.png", Replies.Red)));

        Assert.Equal(1, _backend.Runs);
        var (one, two) = (Result(first), Result(second));
        Assert.Equal(("first.png", "second.png"), (one.Text("name"), two.Text("name")));
        Assert.Equal(one.ToString().Replace("first.png", "second.png", StringComparison.Ordinal), two.ToString());
        Assert.Equal(0, second.RootElement.GetProperty("timings").GetProperty("inferenceMs").GetDouble());
        Assert.True(second.RootElement.GetProperty("timings").GetProperty("totalMs").GetDouble() > 0);
        Assert.Equal((1, 1, 0.5), await LookupsAsync());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task SomeOfSeveral_AreKnown_OthersAreComputedTogetherAndStandInOrder(string route)
    {
        await SendAsync(route, Replies.Raw(Replies.Green));
        ForgetRuns();
        using var reply = await SendAsync(route, Replies.Form(("r", Replies.Red), ("g", Replies.Green), ("bad", Replies.NoImage), ("b", Replies.Blue)));
        using var alone = await SendAsync(route, Replies.Raw(Replies.Blue));

        var results = reply.RootElement.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(["r", "g", "bad", "b"], results.Select(result => result.Text("name")));
        Assert.Equal([null, null, 415, null], results.Select(result => result.GetProperty("error") is { ValueKind: JsonValueKind.Object } error ? error.GetProperty("status").GetInt32() : (int?)null));
        Assert.Equal(Result(alone).ToString().Replace("\"name\":null", "\"name\":\"b\"", StringComparison.Ordinal), results[3].ToString());
        Assert.InRange(_backend.Runs, 1, 2);
    }

    [Theory]
    [InlineData("?topK=1", "?topK=2")]
    [InlineData("?model=m", "?model=color")]
    [InlineData("?model=color:1", "?model=color:2")]
    public async Task OtherParameters_OfTheSameImage_AreAnotherAnswer(string one, string other)
    {
        await SendAsync("/classify" + one, Replies.Raw(Replies.Red));
        await SendAsync("/classify" + other, Replies.Raw(Replies.Red));

        Assert.Equal(2, _backend.Runs);
        Assert.Equal((0, 2, 0), await LookupsAsync());
    }

    [Fact]
    public async Task OtherRoutes_OfTheSameImage_DoNotMeet()
    {
        foreach (var route in Routes)
            await SendAsync(route, Replies.Raw(Replies.Red));
        await SendAsync("/embed?normalize=true", Replies.Raw(Replies.Red));
        await SendAsync("/explain?class=1", Replies.Raw(Replies.Red));

        Assert.Equal((0, 5, 0), await LookupsAsync());
    }

    [Fact]
    public async Task NameOfAModel_AndOfItsVersion_AreTheSame()
    {
        await SendAsync("/classify?model=color", Replies.Raw(Replies.Red));
        await SendAsync("/classify?model=color:2", Replies.Raw(Replies.Red));

        Assert.Equal(1, _backend.Runs);
    }

    [Fact]
    public async Task Errors_AreNotKept()
    {
        await _host.Client.FailAsync(Replies.Raw(Replies.Broken), 422, "corrupt-image");
        await _host.Client.FailAsync(Replies.Raw(Replies.Broken), 422, "corrupt-image");
        await _host.Client.FailAsync(Replies.Raw(Replies.Red), 400, "invalid-request", "?topK=9");
        await _host.Client.FailAsync(Replies.Raw(Replies.Red), 404, "unknown-model", "?model=other");

        Assert.Equal((0, 3, 0), await LookupsAsync());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Tag_IsTheSameForTheSameAndAnotherForAnother(string route)
    {
        var tags = new List<string>();
        foreach (var image in new[] { Replies.Red, Replies.Red, Replies.Blue })
        {
            using var response = await _host.Client.PostAsync(new Uri(route, UriKind.Relative), Replies.Raw(image), TestContext.Current.CancellationToken);
            Assert.True(response.Headers.ETag!.IsWeak);
            tags.Add(response.Headers.ETag.Tag);
        }

        Assert.Equal(tags[0], tags[1]);
        Assert.NotEqual(tags[1], tags[2]);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Tag_OfAnAnswerWithAnErrorInIt_IsNone(string route)
    {
        foreach (var other in new byte[][] { [], [1, 2, 3] })
        {
            using var response = await _host.Client.PostAsync(new Uri(route, UriKind.Relative), Replies.Form(("good", Replies.Red), ("bad", other)), TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Null(response.Headers.ETag);
        }
    }

    [Fact]
    public async Task Tag_OfAPicture_IsNotThatOfItsNumbers()
    {
        var tags = new List<string>();
        foreach (var accept in new[] { "application/json", "image/png" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/explain") { Content = Replies.Raw(Replies.Red), Headers = { { "Accept", accept } } };
            using var response = await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(["Accept"], response.Headers.Vary);
            tags.Add(response.Headers.ETag!.Tag);
        }

        Assert.NotEqual(tags[0], tags[1]);
    }

    [Fact]
    public async Task Off_ByDefault_ComputesEveryTimeAndTagsNothing()
    {
        using var backend = new GatedBackend();
        await using var host = new ServiceHost([], backend.Replace);
        backend.Close();
        backend.Open();
        for (var i = 0; i < 2; i++)
        {
            using var response = await host.Client.PostAsync(new Uri("/classify", UriKind.Relative), Replies.Raw(Replies.Red), TestContext.Current.CancellationToken);
            Assert.Null(response.Headers.ETag);
        }

        Assert.Equal(2, backend.Runs);
        Assert.Equal(JsonValueKind.Null, (await host.Client.GetJsonAsync("/stats")).GetProperty("cache").ValueKind);
    }

    /// <summary>However many other answers come, what is kept stays within its bytes.</summary>
    [Fact]
    public async Task MoreThanFits_PushesAnswersOut()
    {
        await using var host = new ServiceHost(
            new() { ["Cache:Enabled"] = "true", ["Cache:MaxBytes"] = "1000000" }, models: new TinyModelRepository().AddWithFeatures("m", "1"));
        for (var i = 0; i < 20; i++)
        {
            using var form = Replies.Form([.. Enumerable.Range(0, 250).Select(j => ($"{i}-{j}", TinyImage.Png(8, 8, (byte)i, (byte)j, 0)))]);
            await host.Client.PostAsync(form, route: "/explain");
        }

        var cache = host.Services.GetRequiredService<Microsoft.Extensions.Caching.Memory.IMemoryCache>();
        var statistics = Assert.IsType<Microsoft.Extensions.Caching.Memory.MemoryCache>(cache).Count;
        // 5000 maps of 64 values are about 4 MB.
        Assert.InRange(statistics, 1, 3000);
    }

    private void ForgetRuns()
    {
        _backend.Close();
        _backend.Open();
    }

    private async Task<JsonDocument> SendAsync(string route, HttpContent content) => JsonDocument.Parse((await _host.Client.PostAsync(content, route: route)).ToString());

    private static JsonElement Result(JsonDocument reply) => Assert.Single(reply.RootElement.GetProperty("results").EnumerateArray());

    private async Task<(long Hits, long Misses, double Ratio)> LookupsAsync()
    {
        var cache = (await _host.Client.GetJsonAsync("/stats")).GetProperty("cache");
        return (cache.GetProperty("hits").GetInt64(), cache.GetProperty("misses").GetInt64(), cache.GetProperty("hitRatio").GetDouble());
    }
}
