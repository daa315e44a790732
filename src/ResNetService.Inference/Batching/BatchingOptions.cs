using System.ComponentModel.DataAnnotations;
using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Batching;

/// <summary>How images become batches. Configuration section <c>Batching</c>.</summary>
public sealed class BatchingOptions
{
    public const string Section = "Batching";

    public const int MostRunners = 64;

    /// <summary>The most images in one run; default 8, at most 1024.</summary>
    [Range(1, 1024)]
    public int MaxBatchSize { get; set; } = 8;

    /// <summary>
    /// How many images of one model may wait, be decoded or run at once; more are refused with "queue full". Default 512. A request of
    /// more images than this is never admitted.
    /// </summary>
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 512;

    /// <summary>How long the oldest image may wait for others to share its batch; default 0: an idle model runs what is there at once.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// The most batches of one model that are computed at once; 0 (default) for as many as the cores hold, by the threads that each has
    /// (<see cref="ExecutionOptions.IntraOpThreads"/>), 64 at most, and for 2 on CUDA, where one is copied while the other computes.
    /// </summary>
    [Range(0, MostRunners)]
    public int Runners { get; set; }

    /// <summary><see cref="Runners"/>, or what 0 stands for.</summary>
    public int RunnersOn(IExecutionSession session) => Runners > 0 ? Runners : Math.Min(session.RunsAtOnce, MostRunners);

    /// <summary>Images that are decoded at once, over all models; 0 (default) for one a core.</summary>
    [Range(0, 1024)]
    public int DecodeWorkers { get; set; }
}
