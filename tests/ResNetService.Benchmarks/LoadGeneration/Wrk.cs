using System.Globalization;
using ResNetService.Benchmarks.Processes;

namespace ResNetService.Benchmarks.LoadGeneration;

/// <summary>The closed loop: each of so many connections sends its next request when the last is answered.</summary>
internal static class Wrk
{
    // Longer than any request waits at the concurrencies that are measured.
    private const string Timeout = "60s";

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(90);

    /// <param name="imageList">A file with the path of an image in each line, sent in turn.</param>
    /// <param name="queries">A file with a query string in each line, taken in turn; null for none.</param>
    /// <exception cref="BenchmarkException">wrk is not there, or a request failed.</exception>
    public static async Task<WrkResult> RunAsync(Uri address, string imageList, int concurrency, int seconds, CancellationToken cancellationToken, string? queries = null)
    {
        var output = await ChildProcess.RunAsync(
            [
                "wrk", "-t1", string.Create(CultureInfo.InvariantCulture, $"-c{concurrency}"), string.Create(CultureInfo.InvariantCulture, $"-d{seconds}s"),
                "--timeout", Timeout, "--latency", "-s", Path.Combine(AppContext.BaseDirectory, "LoadGeneration", "post.lua"), address.AbsoluteUri,
            ],
            TimeSpan.FromSeconds(seconds) + Slack,
            cancellationToken,
            queries is null ? new Dictionary<string, string> { ["IMAGES"] = imageList } : new Dictionary<string, string> { ["IMAGES"] = imageList, ["QUERIES"] = queries });
        return WrkResult.Parse(output);
    }
}
