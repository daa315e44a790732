using ResNetService.Modeling.Training;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Experiments.Signals;

/// <summary>How much is measured.</summary>
/// <param name="Depths">Layers, each even.</param>
/// <param name="Width">Channels.</param>
/// <param name="Batches">That training takes in turn.</param>
internal sealed record SignalSetting(IReadOnlyList<int> Depths, int Width, int BatchSize, int Batches, int Steps, double LearningRate = 0.01)
{
    public const int Classes = 10;

    public static SignalSetting Quick { get; } = new([8, 32], Width: 16, BatchSize: 32, Batches: 10, Steps: 50);

    public static SignalSetting Full { get; } = new([8, 32, 64], Width: 16, BatchSize: 128, Batches: 100, Steps: 200);

    /// <summary>Images of the data folder, chosen by the seed; without one, normal noise whose classes mean nothing.</summary>
    /// <returns>float32 [batch, 3, 32, 32] and int64 [batch]; the caller disposes of them.</returns>
    /// <exception cref="TrainingException">The folder is not as training wants it, or holds too few images.</exception>
    public IReadOnlyList<(Tensor Images, Tensor Classes)> Load(ExperimentRun run)
    {
        random.manual_seed(run.Options.Seed);
        if (run.Options.Data is null)
            return [.. Enumerable.Range(0, Batches).Select(_ => (randn(BatchSize, 3, 32, 32), randint(Classes, BatchSize, ScalarType.Int64)))];

        var recipe = new TrainingRecipe(Batches * BatchSize, TestImages: 1, TrainingOptions.PaperCifar);
        var images = new ExperimentData(run, recipe).Train;
        if (images.Count < BatchSize)
            throw new TrainingException($"{run.Options.Data} holds {images.Count} training images, and a batch takes {BatchSize}");
        var order = Enumerable.Range(0, images.Count).ToArray();
        SeededRandom.For(run.Options.Seed, epoch: 0, SeededRandom.WholeEpoch).Shuffle(order);
        return ImageTensors.Load(images, order.Chunk(BatchSize).Where(batch => batch.Length == BatchSize));
    }
}
