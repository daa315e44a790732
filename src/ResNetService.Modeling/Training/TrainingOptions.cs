using System.Text.Json.Serialization;

namespace ResNetService.Modeling.Training;

/// <summary>Everything that decides the outcome of a training run, beside the data and the network.</summary>
internal sealed record TrainingOptions
{
    /// <summary>The recipe of the network that comes with the product.</summary>
    public static TrainingOptions OneCycle { get; } = new() { Schedule = ScheduleKind.OneCycle, LearningRate = 0.4, WeightDecay = 5e-4 };

    /// <summary>The recipe of the paper, section 4.2; there with 164 epochs.</summary>
    public static TrainingOptions Step { get; } = new() { Schedule = ScheduleKind.Step, LearningRate = 0.1, WeightDecay = 1e-4 };

    /// <summary>Passes over the training images.</summary>
    public int Epochs { get; init; } = 40;

    /// <summary>Images a step; what is left of an epoch's images after its last whole batch is left out.</summary>
    public int BatchSize { get; init; } = 128;

    public required ScheduleKind Schedule { get; init; }

    /// <summary>The highest of the schedule.</summary>
    public required double LearningRate { get; init; }

    /// <summary>L2, added to the gradient of every parameter, BatchNorm's too, as in the paper.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>Nesterov's with the one-cycle schedule; classical, as in the paper, with the step schedule.</summary>
    public double Momentum { get; init; } = 0.9;

    [JsonIgnore]
    public bool IsNesterov => Schedule == ScheduleKind.OneCycle;

    /// <summary>Of every random decision: first weights, order, crops, mirroring.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>All that is wrong with the values, in the terms of the command line.</summary>
    public IEnumerable<string> Faults()
    {
        if (Epochs is < 1 or > 100_000)
            yield return $"--epochs is {Epochs}; it must be 1 to 100000";
        if (BatchSize is < 1 or > 65_536)
            yield return $"--batch-size is {BatchSize}; it must be 1 to 65536";
        if (LearningRate is not (> 0 and <= 100))
            yield return $"--learning-rate is {LearningRate}; it must be above 0 and at most 100";
        if (WeightDecay is not (>= 0 and < 1))
            yield return $"--weight-decay is {WeightDecay}; it must be at least 0 and below 1";
        if (Momentum is not (>= 0 and < 1))
            yield return $"--momentum is {Momentum}; it must be at least 0 and below 1";
    }
}
