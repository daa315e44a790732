using System.Net;
using ResNetService.Api.Health;
using ResNetService.Api.Tests.Security;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Tests.Health;

public sealed class HealthTests
{
    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Ready_TellsTheStateOfEveryModelAndNothingElse_InEveryEnvironment(string environment)
    {
        using var host = new ServiceHost(
            new() { ["environment"] = environment, ["Models:Default"] = "color" }, models: TinyModelRepository.WithColor().Add("bad", "1", [1, 2, 3], "{}"));

        var reply = await host.Client.GetJsonAsync("/health/ready");

        // Whoever reaches the address may ask: a fault would tell of the machine's files.
        Assert.Equal(
            """{"status":"ready","models":[{"name":"bad","version":"1","state":"invalid"},{"name":"color","version":"1","state":"ready"}]}""", reply.GetRawText());
        Assert.Equal("live", (await host.Client.GetJsonAsync("/health/live")).Text("status"));
    }

    [Fact]
    public async Task Ready_WhileTheModelsAreNot_Is503_AndLiveStaysTrue()
    {
        using var host = new ServiceHost([], services => services.AddSingleton<IModelCatalog>(new LoadingCatalog()));

        var reply = await host.Client.GetJsonAsync("/health/ready", HttpStatusCode.ServiceUnavailable);

        Assert.Equal("not ready", reply.Text("status"));
        Assert.Equal("live", (await host.Client.GetJsonAsync("/health/live")).Text("status"));
    }

    /// <summary>As many load balancers ask.</summary>
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/health/ready/color")]
    public async Task Head_IsAnsweredAsGetIs_WithoutAKey(string path)
    {
        using var host = new ServiceHost(new(Callers.Settings));

        using var response = await host.Client.SendAsync(new(HttpMethod.Head, path), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Startup_IsOver_WhenTheFirstLoadIs()
    {
        using var loading = new ServiceHost([], services => services.AddSingleton<IModelCatalog>(new LoadingCatalog()));
        using var started = new ServiceHost();

        Assert.Equal("starting", (await loading.Client.GetJsonAsync("/health/startup", HttpStatusCode.ServiceUnavailable)).Text("status"));
        Assert.Equal("started", (await started.Client.GetJsonAsync("/health/startup")).Text("status"));
    }

    /// <summary>A probe of the start that would fail later has the container killed.</summary>
    [Fact]
    public async Task Startup_StaysOver_WhateverIsLoadedLater()
    {
        var catalog = new LoadingCatalog { IsReady = true };
        using var host = new ServiceHost([], services => services.AddSingleton<IModelCatalog>(catalog));
        await host.Client.GetJsonAsync("/health/startup");
        catalog.IsReady = false;

        Assert.Equal("started", (await host.Client.GetJsonAsync("/health/startup")).Text("status"));
    }

    [Fact]
    public async Task ReadyOfAModel_SaysWhetherItAnswers()
    {
        using var host = new ServiceHost(new() { ["Models:Default"] = "color" }, models: TinyModelRepository.WithColor().Add("color", "2", [1, 2, 3], "{}").Add("bad", "1", [1, 2, 3], "{}"));

        var color = await host.Client.GetJsonAsync("/health/ready/color");
        Assert.Equal(("ready", 2), (color.Text("status"), color.GetProperty("models").GetArrayLength()));
        Assert.Equal("ready", (await host.Client.GetJsonAsync("/health/ready/color:1")).Text("status"));
        var bad = await host.Client.GetJsonAsync("/health/ready/bad", HttpStatusCode.ServiceUnavailable);
        Assert.Equal("not ready", bad.Text("status"));
        Assert.Equal("invalid", Assert.Single(bad.GetProperty("models").EnumerateArray()).Text("state"));
        Assert.Equal("not ready", (await host.Client.GetJsonAsync("/health/ready/color:2", HttpStatusCode.ServiceUnavailable)).Text("status"));
        using var unknown = await host.Client.GetAsync(new Uri("/health/ready/none", UriKind.Relative), TestContext.Current.CancellationToken);
        await unknown.ReadProblemAsync(404, "unknown-model");
    }

    [Fact]
    public async Task HealthCheckCommand_ExitsByReadiness()
    {
        using var ready = new ServiceHost([]);
        using var loading = new ServiceHost([], services => services.AddSingleton<IModelCatalog>(new LoadingCatalog()));

        Assert.Equal(0, await HealthCheckCommand.RunAsync([$"--urls={ready.Client.BaseAddress}"]));
        Assert.Equal(1, await HealthCheckCommand.RunAsync([$"--urls={loading.Client.BaseAddress}"]));
    }

    [Fact]
    public async Task HealthCheckCommand_WhereNobodyListens_Fails()
    {
        var host = new ServiceHost([]);
        var address = host.Client.BaseAddress;
        await host.DisposeAsync();

        Assert.Equal(1, await HealthCheckCommand.RunAsync([$"--urls={address}"]));
    }

    private sealed class LoadingCatalog : IModelCatalog
    {
        public bool IsReady { get; set; }

        public IReadOnlyList<ModelStatus> Models { get; } = [new("color", "1", ModelState.Loading, null, [], [])];

        public IReadOnlyList<ModelLoad> Loads => [];

        public ServedModel? Find(string? reference) => null;

        public ValueTask<ModelLease> AcquireAsync(string? reference, TimeSpan? deadline, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }
}
