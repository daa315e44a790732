using Microsoft.AspNetCore.Authorization;
using ResNetService.Api.Security.Keys;
using ResNetService.Api.Tests.OpenInference;

namespace ResNetService.Api.Tests.Security;

/// <summary>A service with a key that may classify, and one that may administer.</summary>
public sealed class GuardedHost : IDisposable
{
    public ServiceHost Host { get; } = new(Callers.Settings);

    public void Dispose() => Host.Dispose();
}

public sealed class AccessTests(GuardedHost guarded) : IClassFixture<GuardedHost>
{
    private HttpClient Client => guarded.Host.Client;

    /// <summary>What is open is listed here; a route that nobody thought of is closed.</summary>
    [Fact]
    public void Routes_AreClosed_ExceptForThoseThatAreToBeOpen()
    {
        string[] open = ["/", "/examples/", "/favicon.svg", "/scripts/", "/styles/", "/metrics", "/swagger/v1/swagger.json", "/health/", "/v2/health/", "/grpc.health.v1.Health/", "/inference.GRPCInferenceService/ServerLive", "/inference.GRPCInferenceService/ServerReady"];

        var wrong =
            from route in guarded.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let path = "/" + route.RoutePattern.RawText!.TrimStart('/')
            let isOpen = open.Any(prefix => prefix.EndsWith('/') && prefix.Length > 1 ? path.StartsWith(prefix, StringComparison.Ordinal) : path == prefix)
            where isOpen != route.Metadata.GetMetadata<IAllowAnonymous>() is not null
            select $"{path} is {(isOpen ? "closed" : "open")}";

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("POST", "/classify")]
    [InlineData("POST", "/explain")]
    [InlineData("POST", "/embed")]
    [InlineData("GET", "/models")]
    [InlineData("GET", "/models/color")]
    [InlineData("GET", "/labels/color")]
    [InlineData("GET", "/stats")]
    public async Task Route_WithoutAKey_Is401_AndSaysHowToSendOne(string method, string path)
    {
        using var response = await Client.AskAsync(method, path);

        var problem = await response.ReadProblemAsync(401, "unauthenticated");
        Assert.Contains("X-Api-Key", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("Bearer realm=\"ResNetService\"", response.Header("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("GET", "/v2")]
    [InlineData("GET", "/v2/models/color")]
    [InlineData("GET", "/v2/models/color/ready")]
    [InlineData("POST", "/v2/models/color/infer")]
    [InlineData("POST", "/v2/repository/index")]
    [InlineData("POST", "/v2/repository/models/color/load")]
    [InlineData("POST", "/models/color")]
    public async Task Route_OfAnotherProtocol_WithoutAKey_Is401InItsWords(string method, string path)
    {
        using var response = await Client.AskAsync(method, path);

        Assert.Contains("X-Api-Key", await response.ReadErrorAsync(401), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer ")]
    [InlineData("X-Api-Key", "")]
    public async Task Key_IsTakenInEitherHeader(string header, string before)
    {
        using var response = await Client.AskAsync("POST", "/classify", (header, before + Callers.Classifier));

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Key_BesideCredentialsOfAProxy_IsTaken()
    {
        using var response = await Client.AskAsync("POST", "/classify", ("Authorization", "Basic dTpw"), ("X-Api-Key", Callers.Classifier));

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/scripts/main.js")]
    [InlineData("/swagger/index.html")]
    [InlineData("/swagger/v1/swagger.json")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/v2/health/live")]
    [InlineData("/v2/health/ready")]
    public async Task WhatIsOpen_IsAnsweredToEverybody(string path)
    {
        using var without = await Client.AskAsync("GET", path);
        using var wrong = await Client.AskAsync("GET", path, Callers.Bearer("nonsense"));

        Assert.Equal((200, 200), ((int)without.StatusCode, (int)wrong.StatusCode));
    }

    [Fact]
    public async Task WhatIsNotThere_Is404ToEverybody()
    {
        using var response = await Client.AskAsync("GET", "/nothing");

        await response.ReadProblemAsync(404, "unknown-route");
    }

    [Fact]
    public async Task Key_ThatIsMistyped_IsToldFromOneThatIsNotKnown()
    {
        using var mistyped = await Client.AskAsync("POST", "/classify", Callers.Bearer(Callers.Classifier[..^1] + (Callers.Classifier[^1] == 'x' ? 'y' : 'x')));
        using var unknown = await Client.AskAsync("POST", "/classify", Callers.Bearer(KeyText.Make()));

        Assert.Contains("ends in a checksum", (await mistyped.ReadProblemAsync(401, "unauthenticated")).Text("detail"), StringComparison.Ordinal);
        Assert.Contains("may have been replaced", (await unknown.ReadProblemAsync(401, "unauthenticated")).Text("detail"), StringComparison.Ordinal);
        Assert.Equal("Bearer realm=\"ResNetService\", error=\"invalid_token\"", unknown.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task Key_WithoutTheScope_Is403_AndSaysWhichIsNeeded()
    {
        using var classify = await Client.AskAsync("POST", "/classify", Callers.Bearer(Callers.Administrator));
        using var load = await Client.AskAsync("POST", "/v2/repository/models/color/load", Callers.Bearer(Callers.Classifier));

        Assert.Contains("needs the scope 'classify'; 'operator' has 'admin' alone", (await classify.ReadProblemAsync(403, "forbidden")).Text("detail"), StringComparison.Ordinal);
        Assert.Contains("needs the scope 'admin'", await load.ReadErrorAsync(403), StringComparison.Ordinal);
        Assert.Equal("Bearer realm=\"ResNetService\", error=\"insufficient_scope\", scope=\"classify\"", classify.Header("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("load")]
    [InlineData("unload")]
    public async Task AdministrativeRoute_WithTheScope_IsReached(string route)
    {
        using var response = await Client.AskAsync("POST", $"/v2/repository/models/color/{route}", Callers.Bearer(Callers.Administrator));

        Assert.Contains("Models:Control is false", await response.ReadErrorAsync(400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServiceWithoutKeys_IsOpen_AndIsAdministeredByNobody()
    {
        using var host = new ServiceHost();

        await host.Client.PostAsync(Replies.Raw(Replies.Red));
        using var load = await host.Client.AskAsync("POST", "/v2/repository/models/color/load", Callers.Bearer(Callers.Administrator));

        Assert.Contains("apikey --name admin --scope admin", await load.ReadErrorAsync(403), StringComparison.Ordinal);
    }
}
