namespace ResNetService.Api.Tests.Security.Browsers;

public sealed class SecurityHeadersTests(GuardedHost guarded) : IClassFixture<GuardedHost>
{
    [Theory]
    [InlineData("GET", "/models", 200)]
    [InlineData("POST", "/classify", 200)]
    [InlineData("POST", "/classify?topK=0", 400)]
    [InlineData("GET", "/classify", 405)]
    [InlineData("GET", "/v2/models/none", 404)]
    [InlineData("POST", "/v2/repository/models/color/load", 403)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("GET", "/", 200)]
    [InlineData("GET", "/swagger/index.html", 200)]
    public async Task EveryReply_IsTakenForWhatItIs_AndFramedByNobody(string method, string path, int status)
    {
        using var response = await guarded.Host.Client.AskAsync(method, path, Callers.Bearer(Callers.Classifier));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(("nosniff", "no-referrer"), (response.Header("X-Content-Type-Options"), response.Header("Referrer-Policy")));
        Assert.Equal(("same-origin", "same-origin"), (response.Header("Cross-Origin-Opener-Policy"), response.Header("Cross-Origin-Resource-Policy")));
        Assert.Contains("default-src 'none'", response.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", response.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(path == "/" ? "camera=(self), microphone=(), geolocation=()" : "camera=(), microphone=(), geolocation=()", response.Header("Permissions-Policy"));
        Assert.Null(response.Header("Server"));
    }

    [Theory]
    [InlineData("GET", "/models", "no-store")]
    [InlineData("POST", "/classify", "no-store")]
    [InlineData("GET", "/nothing", "no-store")]
    [InlineData("GET", "/labels/color", "no-cache")]
    [InlineData("GET", "/", "no-cache")]
    public async Task Answers_AreKeptByNobody_ExceptWhatHasATag(string method, string path, string expected)
    {
        using var response = await guarded.Host.Client.AskAsync(method, path, Callers.Bearer(Callers.Classifier));

        Assert.Equal(expected, response.Header("Cache-Control"));
    }

    [Fact]
    public async Task AnswerWithATag_IsThatOfItsCallerAlone()
    {
        using var host = new ServiceHost(new() { ["Cache:Enabled"] = "true" });

        using var response = await host.Client.AskAsync("POST", "/classify");

        Assert.NotNull(response.Header("ETag"));
        Assert.Equal("no-cache, private", response.Headers.CacheControl?.ToString());
    }
}
