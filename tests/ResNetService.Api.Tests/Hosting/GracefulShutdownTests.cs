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
        var shutdown = new GracefulShutdown(Options.Create(new ShutdownOptions { GracePeriod = TimeSpan.FromSeconds(5) }), new ListenSockets(), time);

        var stopping = shutdown.StoppingAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(4.9));
        var early = stopping.IsCompleted;
        // And a moment for those who have just connected.
        time.Advance(TimeSpan.FromSeconds(0.2));
        await stopping.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);

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

    [Fact]
    public async Task Service_ThatStops_EndsEachConnectionWithItsAnswer()
    {
        var host = new ServiceHost(new() { ["Shutdown:GracePeriod"] = "00:00:01" });
        var before = await CloseOf(host);
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var after = await CloseOf(host);
        await host.DisposeAsync();

        Assert.NotEqual(true, before);
        Assert.True(after);

        static async Task<bool?> CloseOf(ServiceHost host)
        {
            using var response = await host.Client.GetAsync(new Uri("/health/live", UriKind.Relative), TestContext.Current.CancellationToken);
            return response.Headers.ConnectionClose;
        }
    }

    /// <summary>Such a connection would otherwise hold the end up until its idle time is over.</summary>
    [Fact]
    public async Task Service_ThatStops_ClosesIdleConnectionsAtOnce_WhileOthersHaveTheirAnswers()
    {
        using var backend = new GatedBackend();
        var host = new ServiceHost([], backend.Replace);
        using var client = new HttpClient { BaseAddress = host.Client.BaseAddress };
        using var idle = new TcpClient();
        await idle.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port, TestContext.Current.CancellationToken);
        using var answers = new StreamReader(idle.GetStream());
        await idle.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("HTTP/1.1 200 OK", await answers.ReadLineAsync(TestContext.Current.CancellationToken));
        backend.Close();
        var held = client.PostAsync(Replies.Raw(Replies.Blue));
        await backend.RunWaitsAsync();

        var ended = host.DisposeAsync().AsTask();
        await answers.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.False(held.IsCompleted);
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
