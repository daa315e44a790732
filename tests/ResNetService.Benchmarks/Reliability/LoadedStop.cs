using System.Globalization;
using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Reliability;

/// <summary>A service that is told to end while callers keep it as busy as it can be.</summary>
/// <param name="Counts">What became of every request, up to the last caller's finding that nobody listens.</param>
/// <param name="Length">From the signal to the end of the process.</param>
internal sealed record LoadedStop(RequestCounts Counts, TimeSpan Length)
{
    /// <summary>Of a full load, before the signal.</summary>
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <param name="program">The service, as a grace period configures it.</param>
    /// <exception cref="BenchmarkException">It does not end in a minute.</exception>
    public static async Task<LoadedStop> RunAsync(ServerProgram program, IReadOnlyList<byte[]> images, int callers, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        using var server = await RunningServer.StartAsync(program, images[0], cancellationToken);
        using var load = CountingLoad.Start(server.Classify, images, callers, cancellationToken);
        await Task.Delay(Load, time, cancellationToken);
        var start = time.GetTimestamp();
        server.Terminate();
        var gone = load.UntilNobodyListensAsync();
        await server.WaitAsync(Longest, cancellationToken);
        var length = time.GetElapsedTime(start);
        await gone.WaitAsync(Longest, time, cancellationToken);
        return new(load.Counts, length);
    }

    /// <summary>The setting of a grace period.</summary>
    public static string Grace(TimeSpan grace) => string.Create(CultureInfo.InvariantCulture, $"Shutdown:GracePeriod={grace}");
}
