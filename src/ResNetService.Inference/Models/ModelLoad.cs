namespace ResNetService.Inference.Models;

/// <summary>What a model has to do.</summary>
/// <param name="Held">Images that have come and not been answered, those that run among them.</param>
/// <param name="Capacity">The most that it holds.</param>
/// <param name="Running">Batches that run now.</param>
/// <param name="Answered">Images that had an answer, since the model was loaded.</param>
/// <param name="Failed">Images that had an error of their own, since then.</param>
/// <param name="Batches">Runs, since then.</param>
/// <param name="ImagesPerSecond">Answered in the mean of the last 10 s.</param>
/// <param name="Latency">Of the requests of the last minute, from their admission to their answer; null where there was none.</param>
public sealed record ModelLoad(
    string Name, string Version, int Held, int Capacity, int Running, long Answered, long Failed, long Batches, double ImagesPerSecond, LatencyPercentiles? Latency)
{
    /// <summary>Images of <see cref="Held"/> that wait for a decoder or for a run.</summary>
    public int Waiting { get; init; }

    /// <summary>The most batches that run at once.</summary>
    public int Runners { get; init; }

    /// <summary>Whether it has lost all its runners to runs that hang: it answers nobody, until the process is started again.</summary>
    public bool IsStuck { get; init; }
}

/// <summary>Of so many of the requests the time was no longer; each is an upper bound, at most 1/8 too large.</summary>
public sealed record LatencyPercentiles(TimeSpan P50, TimeSpan P95, TimeSpan P99);
