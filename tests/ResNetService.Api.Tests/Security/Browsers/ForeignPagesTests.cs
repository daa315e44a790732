namespace ResNetService.Api.Tests.Security.Browsers;

public sealed class ForeignPagesTests
{
    private const string Origin = "https://shop.example.org";

    private static readonly (string, string)[] Preflight =
        [("Origin", Origin), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,content-type")];

    [Fact]
    public async Task PageOfAnotherSite_IsAllowedNothing()
    {
        using var host = new ServiceHost(Callers.Settings);

        using var preflight = await host.Client.AskAsync("OPTIONS", "/classify", Preflight);
        using var answer = await host.Client.AskAsync("POST", "/classify", ("Origin", Origin), Callers.Bearer(Callers.Classifier));

        Assert.Null(preflight.Header("Access-Control-Allow-Origin"));
        Assert.Null(answer.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task PageOfASiteThatIsNamed_IsAnswered_WithoutCookies()
    {
        using var host = new ServiceHost(new(Callers.Settings) { ["Security:Cors:Origins:0"] = Origin });

        using var preflight = await host.Client.AskAsync("OPTIONS", "/classify", Preflight);
        using var answer = await host.Client.AskAsync("POST", "/classify", ("Origin", Origin), Callers.Bearer(Callers.Classifier));
        using var refused = await host.Client.AskAsync("POST", "/classify", ("Origin", Origin));
        using var other = await host.Client.AskAsync("POST", "/classify", ("Origin", "https://elsewhere.example"), Callers.Bearer(Callers.Classifier));

        Assert.Equal((204, Origin), ((int)preflight.StatusCode, preflight.Header("Access-Control-Allow-Origin")));
        Assert.Contains("authorization", preflight.Header("Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.Equal((200, Origin), ((int)answer.StatusCode, answer.Header("Access-Control-Allow-Origin")));
        Assert.Contains("Retry-After", answer.Header("Access-Control-Expose-Headers"), StringComparison.Ordinal);
        // Its page can read why.
        Assert.Equal((401, Origin), ((int)refused.StatusCode, refused.Header("Access-Control-Allow-Origin")));
        Assert.Null(other.Header("Access-Control-Allow-Origin"));
        Assert.All([preflight, answer, refused, other], response => Assert.Null(response.Header("Access-Control-Allow-Credentials")));
    }

    [Fact]
    public async Task EverySite_IsAnsweredWhereAllAreNamed_WithoutCookies()
    {
        using var host = new ServiceHost(new() { ["Security:Cors:Origins:0"] = "*" });

        using var answer = await host.Client.AskAsync("POST", "/classify", ("Origin", Origin));

        Assert.Equal(("*", null), (answer.Header("Access-Control-Allow-Origin"), answer.Header("Access-Control-Allow-Credentials")));
    }

    [Theory]
    [InlineData("https://shop.example.org/")]
    [InlineData("https://shop.example.org/path")]
    [InlineData("shop.example.org")]
    [InlineData("https://*.example.org")]
    [InlineData("null")]
    public async Task Origin_ThatIsNone_KeepsTheServiceFromStarting(string origin)
    {
        using var service = new ServiceProcess($"--Security:Cors:Origins:0={origin}");

        Assert.Contains($"Security:Cors:Origins has '{origin}'", (await service.EndAsync()).Errors, StringComparison.Ordinal);
    }
}
