using System.Net;
using ResNetService.Api.Security.Limits;
using ResNetService.Api.Tests.OpenInference;

namespace ResNetService.Api.Tests.Security.Limits;

public sealed class ClientLimitsTests
{
    [Fact]
    public async Task Requests_OverTheLimit_Are429_AndSayWhenToComeAgain()
    {
        using var host = new ServiceHost(new() { ["RateLimits:RequestsPerMinute"] = "6", ["RateLimits:RequestBurst"] = "2" });

        using var first = await host.Client.AskAsync("GET", "/models");
        using var second = await host.Client.AskAsync("GET", "/models");
        using var third = await host.Client.AskAsync("POST", "/classify");
        using var v2 = await host.Client.AskAsync("GET", "/v2/models/color");

        Assert.Equal((200, "\"requests\";q=2;w=20", "\"requests\";r=1;t=10"), ((int)first.StatusCode, first.Header("RateLimit-Policy"), first.Header("RateLimit")));
        Assert.Equal((200, "\"requests\";r=0;t=20"), ((int)second.StatusCode, second.Header("RateLimit")));
        Assert.Contains("as many requests as it may", (await third.ReadProblemAsync(429, "rate-limited")).Text("detail"), StringComparison.Ordinal);
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);
        Assert.Equal("\"requests\";r=0;t=20", third.Header("RateLimit"));
        await v2.ReadErrorAsync(429);
    }

    [Fact]
    public async Task Client_ComesAgain_WhenItsBucketHasFilled()
    {
        using var host = new ServiceHost(new() { ["RateLimits:RequestsPerMinute"] = "6000", ["RateLimits:RequestBurst"] = "1" });
        var token = TestContext.Current.CancellationToken;

        var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StatusAsync(host.Client)));
        while (await StatusAsync(host.Client) != 200)
            token.ThrowIfCancellationRequested();

        Assert.Contains(429, statuses);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/scripts/main.js")]
    [InlineData("/swagger/index.html")]
    [InlineData("/health/ready")]
    [InlineData("/v2/health/ready")]
    [InlineData("/nothing")]
    [InlineData("/stats")]
    public async Task WhatIsOpen_IsNotCounted(string path)
    {
        using var host = new ServiceHost(new() { ["RateLimits:RequestsPerMinute"] = "1" });
        using var counted = await host.Client.AskAsync("GET", "/models");
        Assert.Equal(429, await StatusAsync(host.Client));

        for (var i = 0; i < 5; i++)
        {
            using var response = await host.Client.AskAsync("GET", path);
            Assert.NotEqual(429, (int)response.StatusCode);
            Assert.Null(response.Header("RateLimit"));
        }
    }

    [Fact]
    public async Task Images_AreCountedInHoweverManyRequests_BeforeTheyAreDecoded()
    {
        using var host = new ServiceHost(new() { ["RateLimits:ImagesPerMinute"] = "6", ["RateLimits:ImageBurst"] = "4" });

        await host.Client.PostAsync(Replies.Form(("a", Replies.Red), ("b", Replies.Red), ("c", Replies.Red)));
        var two = await host.Client.FailAsync(Replies.Form(("a", Replies.Red), ("b", Replies.Red)), 429, "rate-limited");
        await host.Client.PostAsync(Replies.Raw(Replies.Red));
        await host.Client.FailAsync(Replies.Raw(Replies.NoImage), 429, "rate-limited");
        await host.Client.FailInferAsync(Replies.Json(V2.RedJson), 429);
        using var huggingFace = await host.Client.AskAsync("POST", "/models/color");
        await huggingFace.ReadErrorAsync(429);
        using var models = await host.Client.AskAsync("GET", "/models");

        Assert.Contains("2 more images", two.Text("detail"), StringComparison.Ordinal);
        Assert.Equal((200, "\"images\";q=4;w=40", "\"images\";r=0;t=40"), ((int)models.StatusCode, models.Header("RateLimit-Policy"), models.Header("RateLimit")));
    }

    [Fact]
    public async Task Images_ThatAreMoreThanABucketHolds_AreNeverAdmitted_AndAreToldSo()
    {
        using var host = new ServiceHost(new() { ["RateLimits:ImagesPerMinute"] = "2" });

        var problem = await host.Client.FailAsync(Replies.Form(("a", Replies.Red), ("b", Replies.Red), ("c", Replies.Red)), 400, "invalid-request");

        Assert.Contains("a client may send 2 at once", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_WithKeys_EachHaveTheirOwn()
    {
        using var service = new ServiceHost(new([.. Callers.Entry("a", Callers.Classifier, "classify"), .. Callers.Entry("b", Callers.Administrator, "classify"), new("RateLimits:RequestsPerMinute", "1")]));

        Assert.Equal((200, 429), (await StatusAsync(service.Client, Callers.Bearer(Callers.Classifier)), await StatusAsync(service.Client, Callers.Bearer(Callers.Classifier))));
        Assert.Equal(200, await StatusAsync(service.Client, Callers.Bearer(Callers.Administrator)));
    }

    [Fact]
    public async Task Figures_AreNotCounted_ButForWhoMayBeTryingKeysThere()
    {
        using var host = new ServiceHost(new(Callers.Settings) { ["RateLimits:RequestsPerMinute"] = "1" });

        for (var i = 0; i < 5; i++)
            Assert.Equal(200, await StatusOfAsync(host.Client, "/stats", Callers.Bearer(Callers.Classifier)));
        Assert.Equal(200, await StatusAsync(host.Client, Callers.Bearer(Callers.Classifier)));
        Assert.Equal((401, 429), (await StatusOfAsync(host.Client, "/stats"), await StatusOfAsync(host.Client, "/stats", ("X-Api-Key", Api.Security.Keys.KeyText.Make()))));
    }

    /// <summary>Whoever tries keys is stopped by the address that it tries them from.</summary>
    [Fact]
    public async Task WrongKeys_AreCountedByTheAddress()
    {
        using var host = new ServiceHost(new(Callers.Settings) { ["RateLimits:RequestsPerMinute"] = "2" });

        Assert.Equal((401, 401, 429), (await StatusAsync(host.Client), await StatusAsync(host.Client, ("X-Api-Key", Api.Security.Keys.KeyText.Make())), await StatusAsync(host.Client, ("X-Api-Key", Api.Security.Keys.KeyText.Make()))));
        Assert.Equal(200, await StatusAsync(host.Client, Callers.Bearer(Callers.Classifier)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("127.0.0.9")]
    [InlineData("10.0.0.0/8")]
    public async Task ForwardedAddress_OfWhoIsNoKnownProxy_GivesNoOtherBucket(string? proxy)
    {
        using var host = new ServiceHost(Limited(proxy, ("FORWARDEDHEADERS_ENABLED", "true")));

        Assert.Equal((200, 429, 429), (
            await StatusAsync(host.Client, ("X-Forwarded-For", "192.0.2.1")), await StatusAsync(host.Client, ("X-Forwarded-For", "192.0.2.2")), await StatusAsync(host.Client)));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.0/8")]
    public async Task ForwardedAddress_OfAKnownProxy_IsTheClient(string proxy)
    {
        using var host = new ServiceHost(Limited(proxy));

        Assert.Equal((200, 200, 429), (
            await StatusAsync(host.Client, ("X-Forwarded-For", "192.0.2.1")), await StatusAsync(host.Client, ("X-Forwarded-For", "192.0.2.2")), await StatusAsync(host.Client, ("X-Forwarded-For", "192.0.2.1"))));
        // What the client itself wrote stands before what the proxy added.
        Assert.Equal(429, await StatusAsync(host.Client, ("X-Forwarded-For", "198.51.100.7, 192.0.2.2")));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2::9", "2001:db8:1:2::/64")]
    public void Address_StandsForTheNetworkThatOneClientHas(string address, string network) => Assert.Equal(network, Client.NetworkOf(IPAddress.Parse(address)));

    [Fact]
    public async Task Service_WithoutLimits_SaysNothingOfThem()
    {
        using var host = new ServiceHost();

        using var response = await host.Client.AskAsync("GET", "/models");

        Assert.Null(response.Header("RateLimit"));
    }

    private static Dictionary<string, string> Limited(string? proxy, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string> { ["RateLimits:RequestsPerMinute"] = "1" };
        if (proxy is not null)
            settings["Security:Proxies:0"] = proxy;
        foreach (var (name, value) in more)
            settings[name] = value;
        return settings;
    }

    private static Task<int> StatusAsync(HttpClient client, params (string, string)[] headers) => StatusOfAsync(client, "/models", headers);

    private static async Task<int> StatusOfAsync(HttpClient client, string path, params (string, string)[] headers)
    {
        using var response = await client.AskAsync("GET", path, headers);
        return (int)response.StatusCode;
    }
}
