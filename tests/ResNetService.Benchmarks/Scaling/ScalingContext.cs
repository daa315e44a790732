using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Scaling;

/// <summary>What the dimensions have in common.</summary>
/// <param name="Repository">The model repository that <paramref name="Model"/> lies in.</param>
/// <param name="Concurrency">Connections, where they are not what varies.</param>
/// <param name="Seconds">Of one measurement.</param>
internal sealed record ScalingContext(
    PublishedService Service, string Repository, string ModelName, BenchmarkModel Model, Photographs Photographs, IReadOnlyList<string> Architectures, int Concurrency, int Seconds)
{
    private const int WarmUpSeconds = 2;

    public string Metric(string what) => $"{ModelName} {what}";

    /// <summary>A service that has been asked for a while.</summary>
    public async Task<RunningServer> StartAsync(CancellationToken cancellationToken, string? repository = null, string? cores = null)
    {
        var server = await RunningServer.StartAsync(Service.Serving(repository ?? Repository, ModelName), Photographs.Encoded[0], cancellationToken, cores);
        try
        {
            await Wrk.RunAsync(server.Classify, Photographs.ListFile, Concurrency, WarmUpSeconds, cancellationToken);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }
}
