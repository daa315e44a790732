using System.Text.Json;

namespace ResNetService.Benchmarks.LoadGeneration;

/// <summary>What wrk measured, as post.lua prints it.</summary>
/// <param name="Requests">Answers that came within the time.</param>
/// <param name="Microseconds">How long it sent.</param>
/// <param name="P50">Latency in microseconds, as <paramref name="P95"/>, <paramref name="P99"/> and <paramref name="Max"/>.</param>
/// <param name="StatusErrors">Answers of 400 and above.</param>
internal sealed record WrkResult(
    long Requests, long Microseconds, long P50, long P95, long P99, long Max, long SocketErrors, long StatusErrors, long Timeouts)
{
    private const string Marker = "wrk-result:";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true };

    public double RequestsPerSecond => Requests / (Microseconds / 1e6);

    /// <summary>Finds the result among all that wrk printed.</summary>
    /// <exception cref="BenchmarkException">There is none, or some requests failed: what failed quickly would count as speed.</exception>
    public static WrkResult Parse(string output)
    {
        var line = output.Split('\n').LastOrDefault(text => text.StartsWith(Marker, StringComparison.Ordinal))
            ?? throw new BenchmarkException($"wrk printed no result:{Environment.NewLine}{output}");
        WrkResult result;
        try
        {
            result = JsonSerializer.Deserialize<WrkResult>(line[Marker.Length..], Json)!;
        }
        catch (JsonException e)
        {
            throw new BenchmarkException($"wrk's result cannot be read: {line}", e);
        }

        if (result.Requests == 0)
            throw new BenchmarkException("no request was answered in the time that wrk had; give it more --seconds");
        if (result.SocketErrors + result.StatusErrors + result.Timeouts > 0)
            throw new BenchmarkException($"of wrk's requests, {result.StatusErrors} were answered by an error, {result.Timeouts} timed out and {result.SocketErrors} connections broke: the figures mean nothing");
        return result;
    }
}
