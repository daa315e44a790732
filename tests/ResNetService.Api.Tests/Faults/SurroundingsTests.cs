using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ResNetService.Api.Tests.Faults;

/// <summary>What may happen around the service.</summary>
public sealed class SurroundingsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ModelFiles_ThatAreDamagedAndDeleted_UnderTheService_TakeNoAnswerFromIt()
    {
        var models = TinyModelRepository.WithColor();
        await using var host = new ServiceHost(new() { ["Models:WatchInterval"] = "00:00:00.02" }, models: models);
        var graph = Path.Combine(models.Path, "color", "1", "model.onnx");

        await File.WriteAllBytesAsync(graph, new byte[10_000], Token);
        Assert.NotEmpty(await FaultsAsync(host));
        await host.Client.PostAsync(Replies.Raw(Replies.Red));
        File.Delete(graph);
        while (!(await FaultsAsync(host)).Contains("there is no such file", StringComparison.Ordinal))
            await Task.Yield();
        await host.Client.PostAsync(Replies.Raw(Replies.Red));
        await host.Client.GetJsonAsync("/health/ready");
    }

    /// <summary>Time is measured by a clock that nobody sets.</summary>
    [Fact]
    public async Task Clock_ThatJumps_ChangesNoAnswer_AndNoTiming()
    {
        var clock = new JumpingClock();
        using var gate = new GatedBackend();
        await using var host = new ServiceHost(new() { ["Cache:Enabled"] = "true" }, services =>
        {
            gate.Replace(services);
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        });

        foreach (var jump in new[] { TimeSpan.FromDays(400), TimeSpan.FromDays(-800) })
        {
            gate.Close();
            var held = host.Client.PostAsync(Replies.Raw(jump > TimeSpan.Zero ? Replies.Red : Replies.Blue));
            await gate.RunWaitsAsync();
            clock.Offset += jump;
            gate.Open();

            Assert.InRange((await held).GetProperty("timings").GetProperty("totalMs").GetDouble(), 0, 60_000);
        }

        Assert.InRange((await host.Client.GetJsonAsync("/stats")).GetProperty("uptimeSeconds").GetDouble(), 0, 600);
    }

    /// <summary>Where the disk is full that takes the log, a write to it fails.</summary>
    [Fact]
    public async Task Log_ThatCannotBeWritten_TakesNoAnswer()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        using var models = TinyModelRepository.WithColor();
        var port = LoopbackPort.Free();
        using var service = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec dotnet \"$@\" >/dev/full 2>&1", "sh", Path.Combine(AppContext.BaseDirectory, "ResNetService.Api.dll"), $"--Models:Path={models.Path}", $"--urls=http://127.0.0.1:{port}"]))!;
        try
        {
            using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
            while (!await IsReadyAsync(client))
                Assert.False(service.HasExited, "the service ended");
            for (var i = 0; i < 20; i++)
                await client.PostAsync(Replies.Raw(Replies.Red));
            await client.FailAsync(Replies.Raw(Replies.NoImage), 415, "unsupported-image");
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var response = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), Token);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Of the default model, once it has any.</summary>
    private static async Task<string> FaultsAsync(ServiceHost host)
    {
        while (true)
        {
            var model = await host.Client.GetJsonAsync("/models/color");
            Assert.Equal("ready", model.Text("state"));
            if (model.GetProperty("faults").GetArrayLength() > 0)
                return model.GetProperty("faults")[0].GetString()!;
            await Task.Yield();
        }
    }

    private sealed class JumpingClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
