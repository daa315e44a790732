using System.Net;
using ResNetService.Api.Health;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Tests.Health;

public sealed class HealthTests
{
    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Ready_NamesWhatEveryModelRunsOn_InEveryEnvironment(string environment)
    {
        using var host = new ServiceHost(new() { ["environment"] = environment });

        var reply = await host.Client.GetJsonAsync("/health/ready");

        Assert.Equal("ready", reply.Text("status"));
        var model = Assert.Single(reply.GetProperty("models").EnumerateArray());
        Assert.Equal(("color", "cpu", "fp32"), (model.Text("name"), model.Text("provider"), model.Text("precision")));
        Assert.NotEmpty(model.Text("instructionSet"));
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
        public bool IsReady => false;

        public IReadOnlyList<ModelStatus> Models { get; } = [new("color", "1", ModelState.Loading, null, [], [])];

        public IReadOnlyList<ModelLoad> Loads => [];

        public ValueTask<ModelLease> AcquireAsync(string? reference, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }
}
