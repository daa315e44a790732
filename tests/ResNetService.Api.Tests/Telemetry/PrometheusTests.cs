using System.Diagnostics;
using System.Text.Json;

namespace ResNetService.Api.Tests.Telemetry;

/// <summary>The files that an operator is given for Prometheus and Grafana, against the real Prometheus and the real service.</summary>
public sealed class PrometheusTests
{
    private static readonly string Dashboard = Path.Combine(Repository.Root, "docker", "grafana", "dashboards", "resnet-service.json");

    [Theory]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("check", "rules", "rules.yml")]
    [InlineData("check", "rules", "alerts.yml")]
    [InlineData("test", "rules", "alerts_test.yml")]
    public async Task Files_AreWhatPromtoolAccepts(params string[] arguments)
    {
        var start = new ProcessStartInfo(Monitoring.Program("promtool"), arguments) { WorkingDirectory = PrometheusServer.Configuration, RedirectStandardOutput = true, RedirectStandardError = true };
        using var promtool = Process.Start(start)!;
        var output = promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(promtool.ExitCode == 0, $"{await output}{errors}");
    }

    /// <summary>An alert that no test has fired may be one that cannot.</summary>
    [Fact]
    public void Alerts_AllHaveATest()
    {
        var tests = File.ReadAllText(Path.Combine(PrometheusServer.Configuration, "alerts_test.yml"));
        var alerts = File.ReadLines(Path.Combine(PrometheusServer.Configuration, "alerts.yml")).Select(line => line.Trim())
            .Where(line => line.StartsWith("- alert: ", StringComparison.Ordinal)).Select(line => line["- alert: ".Length..]).ToArray();

        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert => Assert.Matches($"alertname: {alert}\n\\s+exp_alerts:\n\\s+- exp_labels", tests));
    }

    [Fact]
    public async Task Service_UnderLoad_AnswersEveryQueryOfDashboardAndRules()
    {
        Monitoring.Program("prometheus");
        using var service = await RunningService.StartAsync("--Cache:Enabled=true", "--Batching:QueueCapacity=4");
        using var prometheus = await PrometheusServer.StartAsync(service.Client.BaseAddress!);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var load = LoadAsync(service.Client, enough.Token);
        string[] queries = [.. Queries()];
        Assert.InRange(queries.Length, 30, 100);

        await prometheus.UntilAsync(async () =>
        {
            List<string> silent = [];
            foreach (var query in queries)
            {
                if ((await prometheus.QueryAsync(query)).GetArrayLength() == 0)
                    silent.Add(query);
            }

            return silent.Count > 0 ? $"No data for:\n{string.Join('\n', silent)}" : null;
        });
        var rules = await RulesAsync(prometheus);
        Assert.All(rules, rule => Assert.True(rule.Text("health") == "ok", rule.GetRawText()));
        Assert.DoesNotContain(rules, rule => rule.Text("name") is "ResNetIsDown" or "ResNetIsAbsent" or "ResNetIsNotReady" or "ResNetRunsOnCpu" or "ResNetFails" && rule.GetProperty("alerts").GetArrayLength() > 0);
        foreach (var recorded in rules.Where(rule => rule.Text("type") == "recording"))
            Assert.True((await prometheus.QueryAsync(recorded.Text("name"))).GetArrayLength() > 0, $"{recorded.Text("name")} records nothing");
        await enough.CancelAsync();
        await load;
    }

    /// <summary>With what Grafana would put for its variables.</summary>
    private static IEnumerable<string> Queries()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Dashboard));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray(), (_, target) => target.Text("expr")
                .Replace("$__rate_interval", "10s", StringComparison.Ordinal).Replace("$job", "resnet", StringComparison.Ordinal).Replace("$model", ".*", StringComparison.Ordinal))];
    }

    /// <summary>Evaluated by the server itself, each of which says whether it can be.</summary>
    private static async Task<JsonElement[]> RulesAsync(PrometheusServer prometheus)
    {
        JsonElement[] rules = [];
        await prometheus.UntilAsync(async () =>
        {
            rules = [.. (await prometheus.GetAsync("/api/v1/rules")).GetProperty("data").GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())];
            return rules.Length > 0 && rules.All(rule => rule.Text("health") != "unknown") ? null : "not every rule has been evaluated";
        });
        return rules;
    }

    /// <summary>Answers, known answers, errors of callers, and more than the queue holds.</summary>
    private static async Task LoadAsync(HttpClient client, CancellationToken cancellationToken)
    {
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            byte[][] images = [TinyImage.Png(4, 4, (byte)i, (byte)(i >> 8), 7), Replies.Red, Replies.NoImage];
            await Task.WhenAll(images.Select(async image =>
            {
                using var content = Replies.Raw(image);
                using var response = await client.PostAsync(new Uri("/classify", UriKind.Relative), content, TestContext.Current.CancellationToken);
            }));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
