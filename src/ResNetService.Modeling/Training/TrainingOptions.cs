using System.Text.Json.Serialization;
using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Training;

/// <summary>Everything that decides the outcome of a training run, beside the data, the network and the weights that it begins with.</summary>
/// <remarks>A run ends after <see cref="Epochs"/> or after <see cref="Iterations"/>, whichever comes first; one of the two is given.</remarks>
internal sealed record TrainingOptions
{
    /// <summary>The recipe of the network that comes with the product.</summary>
    public static TrainingOptions OneCycle { get; } = new()
    {
        Epochs = 40,
        Schedule = ScheduleKind.OneCycle,
        LearningRate = 0.4,
        WeightDecay = 5e-4,
        Augmentation = AugmentationKind.Shift,
    };

    /// <summary>The paper's for CIFAR-10, section 4.2; its deepest networks warm up (<see cref="For"/>).</summary>
    public static TrainingOptions PaperCifar { get; } = new()
    {
        Iterations = 64_000,
        Schedule = ScheduleKind.Step,
        LearningRate = 0.1,
        WeightDecay = 1e-4,
        Augmentation = AugmentationKind.Shift,
    };

    /// <summary>The paper's for ImageNet, section 3.4.</summary>
    public static TrainingOptions PaperImageNet { get; } = new()
    {
        Iterations = 600_000,
        BatchSize = 256,
        Schedule = ScheduleKind.Plateau,
        LearningRate = 0.1,
        WeightDecay = 1e-4,
        Augmentation = AugmentationKind.Scale,
    };

    /// <summary>For trained weights that go on with other classes.</summary>
    public static TrainingOptions FineTune { get; } = new()
    {
        Epochs = 15,
        BatchSize = 32,
        Schedule = ScheduleKind.OneCycle,
        LearningRate = 0.02,
        WeightDecay = 1e-4,
        Augmentation = AugmentationKind.Scale,
        ClassWeights = ClassWeighting.Balanced,
        Patience = 5,
    };

    /// <summary>Passes over the training images; null for as many as <see cref="Iterations"/> make.</summary>
    public int? Epochs { get; init; }

    /// <summary>Steps of the whole run; null for as many as <see cref="Epochs"/> make.</summary>
    public int? Iterations { get; init; }

    /// <summary>Images that go through the network at once; what is left of an epoch's images after its last whole step is left out.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>
    /// Batches whose gradients make one step: the same as a batch so many times as large, but that each BatchNorm sees the statistics of one
    /// batch alone.
    /// </summary>
    public int Accumulate { get; init; } = 1;

    public required ScheduleKind Schedule { get; init; }

    /// <summary>The highest of the schedule.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Steps at a tenth of the schedule's rate with which the run begins.</summary>
    public int WarmUp { get; init; }

    /// <summary>L2, added to the gradient of every parameter, BatchNorm's too, as in the paper.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>Nesterov's with the one-cycle schedule; classical, as in the paper, with the others.</summary>
    public double Momentum { get; init; } = 0.9;

    [JsonIgnore]
    public bool IsNesterov => Schedule == ScheduleKind.OneCycle;

    public required AugmentationKind Augmentation { get; init; }

    /// <summary>What of the target is spread evenly over all classes ("Rethinking the Inception Architecture", section 7).</summary>
    public double LabelSmoothing { get; init; }

    public ClassWeighting ClassWeights { get; init; }

    /// <summary>Decay of the moving average of the weights that is tested and kept in place of the last weights; null for none.</summary>
    public double? Ema { get; init; }

    /// <summary>Epochs without a better result on the validation images after which the run ends; null for none.</summary>
    public int? Patience { get; init; }

    public InitializationKind Initialization { get; init; }

    /// <summary>Whether residual blocks start as their shortcuts.</summary>
    public bool ZeroGamma { get; init; }

    /// <summary>What of pretrained weights stays as it is.</summary>
    public Freezing Freeze { get; init; }

    /// <summary>Of every random decision: first weights, order, variations, held-out images.</summary>
    public int Seed { get; init; } = 1;

    [JsonIgnore]
    public int ImagesPerStep => BatchSize * Accumulate;

    /// <summary>The recipe for one network: the paper starts ResNet-110 with 0.01, for about 400 iterations.</summary>
    public TrainingOptions For(Architecture architecture) => this == PaperCifar && architecture.Layers >= 110 ? this with { WarmUp = 400 } : this;

    /// <summary>Steps of the whole run.</summary>
    public long Steps(int stepsPerEpoch) => Math.Min((long)(Epochs ?? int.MaxValue) * stepsPerEpoch, Iterations ?? long.MaxValue);

    /// <summary>All that is wrong with the values, in the terms of the command line.</summary>
    public IEnumerable<string> Faults()
    {
        if (Epochs is null && Iterations is null)
            yield return "neither --epochs nor --iterations says how long to train";
        if (Epochs is < 1 or > 100_000)
            yield return $"--epochs is {Epochs}; it must be 1 to 100000";
        if (Iterations is < 1)
            yield return $"--iterations is {Iterations}; it must be 1 or more";
        if (BatchSize is < 1 or > 65_536)
            yield return $"--batch-size is {BatchSize}; it must be 1 to 65536";
        if (Accumulate is < 1 or > 1024)
            yield return $"--accumulate is {Accumulate}; it must be 1 to 1024";
        if (LearningRate is not (> 0 and <= 100))
            yield return $"--learning-rate is {LearningRate}; it must be above 0 and at most 100";
        if (WarmUp < 0)
            yield return $"--warm-up is {WarmUp}; it must be 0 or more steps";
        if (WeightDecay is not (>= 0 and < 1))
            yield return $"--weight-decay is {WeightDecay}; it must be at least 0 and below 1";
        if (Momentum is not (>= 0 and < 1))
            yield return $"--momentum is {Momentum}; it must be at least 0 and below 1";
        if (LabelSmoothing is not (>= 0 and < 1))
            yield return $"--label-smoothing is {LabelSmoothing}; it must be at least 0 and below 1";
        if (Ema is not (null or (> 0 and < 1)))
            yield return $"--ema is {Ema}; it must be above 0 and below 1, such as 0.999";
        if (Patience is < 1)
            yield return $"--patience is {Patience}; it must be 1 or more epochs";
    }
}
