using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using ResNetService.Api.Errors;
using ResNetService.Api.Hosting;

namespace ResNetService.Api.Tests.Telemetry;

/// <summary>What Prometheus gets of the service as it is started. OpenTelemetry collects from all services of a process together: these have their own.</summary>
public sealed partial class MetricsEndpointTests
{
    [Fact]
    public async Task Metrics_AreTextThatPromtoolAccepts()
    {
        using var service = await RunningService.StartAsync();
        await service.Client.PostAsync(Replies.Raw(Replies.Red));
        var (type, text) = await Scrape.GetAsync(service.Client);

        Assert.Equal("text/plain", type);
        Assert.Contains("\nresnet_images_total{model=\"color\",outcome=\"answered\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("\n# TYPE resnet_stage_duration_seconds histogram\n", text, StringComparison.Ordinal);
        // The runtime's and the process's names are as OpenTelemetry has them, some of which promtool would like otherwise.
        var (_, faults) = await PromtoolAsync(text, "check", "metrics");
        Assert.DoesNotContain(faults.Split('\n'), line => line.Length > 0 && !line.StartsWith("dotnet_", StringComparison.Ordinal) && !line.StartsWith("process_", StringComparison.Ordinal));
    }

    /// <summary>Compressed or not, and longer than any reply that is kept until its end.</summary>
    [Fact]
    public async Task Metrics_OfManyRoutes_AreGivenHoweverLongTheyAre()
    {
        using var service = await RunningService.StartAsync();
        string[] routes = ["/models", "/models/color", "/models/none", "/stats", "/health/startup", "/v2", "/v2/models/color", "/v2/models/none", "/v2/health/live", "/v2/health/ready", "/openapi/v1.json", "/"];
        var longest = 0;
        foreach (var route in routes)
        {
            foreach (var method in (string[])["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
            {
                using var request = new HttpRequestMessage(new(method), route);
                using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
            }

            longest = (await Scrape.GetAsync(service.Client)).Text.Length;
        }

        Assert.InRange(longest, HeldReply.Longest + 1, int.MaxValue);
    }

    /// <summary>A counter that is not there until it counts has no increase when it does, and its alert is silent.</summary>
    [Fact]
    public async Task Counters_ThatAlertsAskFor_AreThereBeforeAnythingIsCounted()
    {
        var alerts = await File.ReadAllTextAsync(Path.Combine(PrometheusServer.Configuration, "alerts.yml"), TestContext.Current.CancellationToken);
        var asked = Counter().Matches(alerts).Select(match => match.Value).Distinct().ToArray();
        using var service = await RunningService.StartAsync();
        var series = await Scrape.SeriesAsync(service.Client, asked);

        Assert.Equal(["resnet_batch_runs_total", "resnet_rejections_total"], asked.Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "resnet_batch_runs_total{model=\"color\",outcome=\"failed\"} 0",
                .. ProblemKind.All.Select(kind => $"resnet_rejections_total{{reason=\"{kind.Reason}\"}} 0").Order(StringComparer.Ordinal),
            ],
            series.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Metrics_AreOpenMetrics_WhereTheyAreAskedFor()
    {
        using var service = await RunningService.StartAsync();
        await service.Client.PostAsync(Replies.Raw(Replies.Red));
        var (type, text) = await Scrape.GetAsync(service.Client, Scrape.OpenMetrics);

        Assert.Equal("application/openmetrics-text", type);
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
        Assert.Contains("\n# TYPE resnet_images counter\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_ThatAreTurnedOff_AreNowhere()
    {
        using var service = await RunningService.StartAsync("--Telemetry:Prometheus=false");
        using var response = await service.Client.GetAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Scrapes_AreNotLogged_AndNotMeasuredAsRequests()
    {
        using var service = await RunningService.StartAsync();
        await Scrape.GetAsync(service.Client);
        var (_, text) = await Scrape.GetAsync(service.Client);
        await service.Client.PostAsync(Replies.Raw(Replies.Red));
        var lines = new List<string>();
        await service.Process.LineAsync(line =>
        {
            lines.Add(line);
            return line.Contains("/classify", StringComparison.Ordinal);
        });

        Assert.DoesNotContain(lines, line => line.Contains("/metrics", StringComparison.Ordinal));
        Assert.DoesNotContain("http_route=\"/metrics\"", text, StringComparison.Ordinal);
    }

    /// <summary>Scrapers that ask, and never read the answer: others are answered all the same, and so is Prometheus.</summary>
    [Fact]
    public async Task Scrapes_ThatAreNotRead_HoldNobodyUp()
    {
        using var service = await RunningService.StartAsync();
        service.Client.Timeout = TimeSpan.FromSeconds(10);
        var stalled = new List<RawConnection>();
        try
        {
            for (var i = 0; i < 20; i++)
                stalled.Add(await RawConnection.GetManyAsync(service.Client, "/metrics", requests: 2000));
            for (var i = 0; i < 5; i++)
            {
                await service.Client.PostAsync(Replies.Raw(Replies.Red));
                Assert.Contains("resnet_images_total", (await Scrape.GetAsync(service.Client)).Text, StringComparison.Ordinal);
            }
        }
        finally
        {
            stalled.ForEach(connection => connection.Dispose());
        }
    }

    private static async Task<(int ExitCode, string Errors)> PromtoolAsync(string input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Monitoring.Program("promtool"), arguments) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await errors);
    }

    [GeneratedRegex(@"\bresnet_\w+_total\b")]
    private static partial Regex Counter();
}
