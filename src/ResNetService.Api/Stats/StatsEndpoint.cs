using Microsoft.AspNetCore.Http.HttpResults;
using ResNetService.Api.Caching;
using ResNetService.Api.Document;
using ResNetService.Api.Security.Limits;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Stats;

internal static class StatsEndpoint
{
    public static void MapStats(this WebApplication app)
    {
        var time = app.Services.GetRequiredService<TimeProvider>();
        var start = time.GetTimestamp();
        app.MapGet("/stats", (IModelCatalog catalog, IServiceProvider services) => Get(catalog, services.GetService<AnswerCache>(), time.GetElapsedTime(start)))
            .WithTags("Models").WithName("stats").WithSummary("What the models have to do: queue, throughput and latency of late").ProducesProblems(500).WithMetadata(new Figures());
    }

    private static Ok<StatsReply> Get(IModelCatalog catalog, AnswerCache? cache, TimeSpan uptime) =>
        TypedResults.Ok(new StatsReply(Math.Round(uptime.TotalSeconds, 1), [.. catalog.Loads.Select(ModelStats.Of)], cache is null ? null : CacheStats.Of(cache)));
}

/// <param name="Cache">Null where answers are not kept.</param>
internal sealed record StatsReply(double UptimeSeconds, IReadOnlyList<ModelStats> Models, CacheStats? Cache);

/// <summary>Images that were looked for among the kept answers since the start.</summary>
/// <param name="HitRatio">0 to 1; 0 where none was looked for.</param>
internal sealed record CacheStats(long Hits, long Misses, double HitRatio)
{
    public static CacheStats Of(AnswerCache cache)
    {
        var (hits, misses) = cache.Lookups;
        return new(hits, misses, Math.Round(hits / (double)Math.Max(1, hits + misses), 4));
    }
}

/// <param name="Held">Images that have come and not been answered, those that run among them.</param>
/// <param name="Capacity">The most that it holds; beyond, 429.</param>
/// <param name="Running">Batches that run now.</param>
/// <param name="Answered">Images that had an answer since the model was loaded.</param>
/// <param name="Failed">Images that had an error of their own since then.</param>
/// <param name="Batches">Runs since then.</param>
/// <param name="ImagesPerSecond">Answered, in the mean of the last 10 s.</param>
/// <param name="Latency">Of the requests of the last minute; null where there was none.</param>
internal sealed record ModelStats(
    string Name, string Version, int Held, int Capacity, int Running, long Answered, long Failed, long Batches, double ImagesPerSecond, LatencyReply? Latency)
{
    public static ModelStats Of(ModelLoad load) => new(
        load.Name, load.Version, load.Held, load.Capacity, load.Running, load.Answered, load.Failed, load.Batches, load.ImagesPerSecond,
        load.Latency is { } latency ? LatencyReply.Of(latency) : null);
}

/// <summary>From admission to answer, in milliseconds, at most 1/8 too large.</summary>
internal sealed record LatencyReply(double P50Ms, double P95Ms, double P99Ms)
{
    public static LatencyReply Of(LatencyPercentiles latency) => new(Milliseconds(latency.P50), Milliseconds(latency.P95), Milliseconds(latency.P99));

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
