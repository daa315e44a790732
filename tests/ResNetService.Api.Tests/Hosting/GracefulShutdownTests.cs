using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ResNetService.Api.Hosting;

namespace ResNetService.Api.Tests.Hosting;

public sealed class GracefulShutdownTests
{
    [Fact]
    public async Task Stopping_LastsAsLongAsTheGracePeriod()
    {
        var time = new FakeTimeProvider();
        var shutdown = new GracefulShutdown(Options.Create(new ShutdownOptions { GracePeriod = TimeSpan.FromSeconds(5) }), time);

        var stopping = shutdown.StoppingAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(4.9));
        var early = stopping.IsCompleted;
        time.Advance(TimeSpan.FromSeconds(0.2));
        await stopping;

        Assert.False(early);
    }

    [Fact]
    public async Task Service_ThatStops_IsNotReadyAndStillAnswersDuringTheGracePeriod()
    {
        var time = new FakeTimeProvider();
        var host = new ServiceHost(
            new() { ["Shutdown:GracePeriod"] = "00:01:00", ["Shutdown:Timeout"] = "00:00:20" }, services => services.AddSingleton<TimeProvider>(time));
        Assert.Contains(host.Services.GetServices<IHostedService>(), service => service is GracefulShutdown);
        Assert.Equal(TimeSpan.FromSeconds(80), host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();

        lifetime.StopApplication();

        await host.Client.GetJsonAsync("/health/ready", HttpStatusCode.ServiceUnavailable);
        Assert.Equal("""{"ready":false}""", (await host.Client.GetJsonAsync("/v2/health/ready", HttpStatusCode.ServiceUnavailable)).GetRawText());
        await host.Client.PostAsync(Replies.Raw(Replies.Red));
        Assert.False(lifetime.ApplicationStopped.IsCancellationRequested);
        var ended = host.DisposeAsync().AsTask();
        // The host comes to its delay when it likes: time goes on until it has ended.
        while (!ended.IsCompleted)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        await ended;
    }

    [Fact]
    public async Task Service_ThatStops_AnswersTheRequestsThatItHolds()
    {
        using var backend = new GatedBackend();
        var host = new ServiceHost([], backend.Replace);
        using var client = new HttpClient { BaseAddress = host.Client.BaseAddress };
        backend.Close();
        var held = client.PostAsync(Replies.Raw(Replies.Blue));
        await backend.RunWaitsAsync();

        var ended = host.DisposeAsync().AsTask();
        while (await ListensAsync(client.BaseAddress!))
            await Task.Yield();
        backend.Open();

        Assert.Equal("blue", (await held).GetProperty("results")[0].GetProperty("predictions")[0].Text("label"));
        await ended;
    }

    private static async Task<bool> ListensAsync(Uri address)
    {
        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
