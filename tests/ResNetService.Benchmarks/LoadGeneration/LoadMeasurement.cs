using System.Globalization;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.LoadGeneration;

/// <summary>Loads a running server in one way, and accounts for what it used.</summary>
internal static class LoadMeasurement
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(20);

    public static string ClosedName(int concurrency) => string.Create(CultureInfo.InvariantCulture, $"c={concurrency}");

    public static string OpenName(double rate, bool poisson) => string.Create(CultureInfo.InvariantCulture, $"{rate:0.#}/s {(poisson ? "Poisson" : "constant")}");

    /// <inheritdoc cref="Wrk.RunAsync"/>
    public static async Task<LoadCell> ClosedAsync(
        RunningServer server, int round, Photographs photographs, int concurrency, int seconds, CancellationToken cancellationToken, string? queries = null)
    {
        server.Usage.ResetPeak();
        var cpu = server.Usage.CpuTime;
        var result = await Wrk.RunAsync(server.Classify, photographs.ListFile, concurrency, seconds, cancellationToken, queries);

        // wrk leaves with requests under way, which the server may finish: their processor time is in the account, and they are not counted.
        return new(
            round, server.Program.Name, ClosedName(concurrency), result.RequestsPerSecond, result.P50 / 1e6, result.P95 / 1e6, result.P99 / 1e6, 1,
            (server.Usage.CpuTime - cpu).TotalSeconds / result.Requests, server.Usage.PeakResidentBytes);
    }

    public static async Task<LoadCell> OpenAsync(RunningServer server, int round, Photographs photographs, double rate, bool poisson, int seconds, CancellationToken cancellationToken)
    {
        server.Usage.ResetPeak();
        var cpu = server.Usage.CpuTime;
        var duration = TimeSpan.FromSeconds(seconds);
        var answers = await OpenLoop.RunAsync(
            server.Classify, photographs.Encoded, poisson ? ArrivalSchedule.Poisson(rate, duration, seed: round) : ArrivalSchedule.Constant(rate, duration), Drain, cancellationToken);
        var used = (server.Usage.CpuTime - cpu).TotalSeconds;

        var good = answers.Where(answer => answer.IsSuccess).ToArray();
        var latencies = good.Select(answer => answer.Latency.TotalSeconds).ToArray();
        var last = good.Length == 0 ? 0 : Math.Max(seconds, good.Max(answer => answer.AnsweredAt.TotalSeconds));
        return new(
            round, server.Program.Name, OpenName(rate, poisson), good.Length / last, At(0.5), At(0.95), At(0.99), (double)good.Length / answers.Count,
            used / good.Length, server.Usage.PeakResidentBytes);

        double At(double fraction) => latencies.Length == 0 ? double.NaN : Distribution.Percentile(latencies, fraction);
    }
}
