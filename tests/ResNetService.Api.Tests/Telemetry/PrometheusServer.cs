using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ResNetService.Api.Tests.Telemetry;

/// <summary>A Prometheus on loopback with the configuration of the repository, which looks at one service, every second; skips its test where it is not installed.</summary>
internal sealed partial class PrometheusServer : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Process _process;
    private readonly string _folder;
    private readonly HttpClient _client;
    private readonly Task<string> _errors;

    private PrometheusServer(Process process, string folder, HttpClient client) =>
        (_process, _folder, _client, _errors) = (process, folder, client, process.StandardError.ReadToEndAsync());

    public static string Configuration { get; } = Path.Combine(Repository.Root, "docker", "prometheus");

    public static async Task<PrometheusServer> StartAsync(Uri service)
    {
        var program = Monitoring.Program("prometheus");
        var folder = Directory.CreateTempSubdirectory("resnet-prometheus-").FullName;
        foreach (var rules in new[] { "rules.yml", "alerts.yml" })
            File.Copy(Path.Combine(Configuration, rules), Path.Combine(folder, rules));
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), LookingAt(service), TestContext.Current.CancellationToken);
        var address = $"127.0.0.1:{LoopbackPort.Free()}";
        var process = Process.Start(new ProcessStartInfo(
            program, [$"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address={address}", "--log.level=warn"])
        { RedirectStandardError = true })!;
        var server = new PrometheusServer(process, folder, new() { BaseAddress = new($"http://{address}") });
        await server.UntilAsync(async () => await server.IsReadyAsync() ? null : "prometheus is not ready");
        return server;
    }

    /// <summary>Tries again and again, until nothing is amiss.</summary>
    /// <param name="fault">Says what is, else null.</param>
    public async Task UntilAsync(Func<Task<string?>> fault)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (await fault() is { } amiss)
        {
            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(30) || _process.HasExited)
                Assert.Fail(amiss + (_process.HasExited ? await _errors : ""));
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The result of a query; its error, where there is one, fails the test.</summary>
    public async Task<JsonElement> QueryAsync(string query)
    {
        var reply = await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}");
        Assert.True(reply.Text("status") == "success", $"{query}: {reply}");
        return reply.GetProperty("data").GetProperty("result");
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The repository's file with another address and a shorter interval.</summary>
    private static string LookingAt(Uri service)
    {
        var text = File.ReadAllText(Path.Combine(Configuration, "prometheus.yml"));
        var rewritten = Interval().Replace(Discovery().Replace(text, $"    static_configs:\n      - targets: ['{service.Authority}']\n"), "${name}: 1s");
        Assert.Contains(service.Authority, rewritten, StringComparison.Ordinal);
        return rewritten;
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _client.GetAsync(new Uri("/-/ready", UriKind.Relative), TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^    dns_sd_configs:\n(      .*\n)+", RegexOptions.Multiline)]
    private static partial Regex Discovery();

    [GeneratedRegex(@"(?<name>scrape_interval|scrape_timeout|evaluation_interval): \d+s")]
    private static partial Regex Interval();
}
