using System.ComponentModel.DataAnnotations;
using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Batching;

/// <summary>How images become batches. Configuration section <c>Batching</c>.</summary>
public sealed class BatchingOptions : IValidatableObject
{
    public const string Section = "Batching";

    public const int MostRunners = 64;

    /// <summary>The most images in one run, and of one model decoded at once. More gain nothing in float32 on a CPU, and take memory for what the network makes of them.</summary>
    [Range(1, 1024)]
    public int MaxBatchSize { get; set; } = 8;

    /// <summary>Images of one model in the service at once, waiting, being decoded or run; more are refused with 429, since who waits behind them is answered too late. A request of more images than this is never admitted.</summary>
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 512;

    /// <summary>How long an image may wait for others to share its batch. By default an idle model never waits: batches fill by themselves while it is busy.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.Zero;

    /// <summary>How long a run may take before it is given up: its callers have 503, and another runner takes its place. Runs take a second at most where nothing is wrong.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RunTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most batches of one model that are computed at once. Each takes memory, for <see cref="MaxBatchSize"/> images and what the network makes of them.</summary>
    /// <value>as many as the cores hold by the threads that each has, 64 at most; 2 on CUDA, where one is copied while the other computes</value>
    [Range(0, MostRunners)]
    public int Runners { get; set; }

    /// <summary><see cref="Runners"/>, or what 0 stands for.</summary>
    public int RunnersOn(IExecutionSession session) => Runners > 0 ? Runners : Math.Min(session.RunsAtOnce, MostRunners);

    /// <summary>Images that are decoded at once, over all models.</summary>
    /// <value>one a core</value>
    [Range(0, 1024)]
    public int DecodeWorkers { get; set; }

    /// <summary>Settings of one model, <c>MaxBatchSize</c>, <c>QueueCapacity</c>, <c>MaxDelay</c>, <c>RunTimeout</c> or <c>Runners</c>, in the place of those above: <c>Batching:Models:resnet50:QueueCapacity</c>.</summary>
    /// <value>none</value>
    public Dictionary<string, ModelBatchingOptions> Models { get; set; } = new(StringComparer.Ordinal);

    /// <summary>As they hold for one model.</summary>
    public BatchingOptions For(string model) => Models.GetValueOrDefault(model) is not { } own ? this : new()
    {
        MaxBatchSize = own.MaxBatchSize ?? MaxBatchSize,
        QueueCapacity = own.QueueCapacity ?? QueueCapacity,
        MaxDelay = own.MaxDelay ?? MaxDelay,
        RunTimeout = own.RunTimeout ?? RunTimeout,
        Runners = own.Runners ?? Runners,
        DecodeWorkers = DecodeWorkers,
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var model in Models.Keys)
        {
            var faults = new List<ValidationResult>();
            var own = For(model);
            Validator.TryValidateObject(own, new(own), faults, validateAllProperties: true);
            foreach (var fault in faults)
                yield return new($"{Section}:{nameof(Models)}:{model}: {fault.ErrorMessage}");
        }
    }
}

/// <summary>What one model has for itself, by the names of <see cref="BatchingOptions"/>; null for what holds for all.</summary>
public sealed class ModelBatchingOptions
{
    public int? MaxBatchSize { get; set; }

    public int? QueueCapacity { get; set; }

    public TimeSpan? MaxDelay { get; set; }

    public TimeSpan? RunTimeout { get; set; }

    public int? Runners { get; set; }
}
