using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Training;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Import;

namespace ResNetService.Modeling.Experiments;

/// <summary>A network after its training.</summary>
/// <param name="Settings">What it was trained with, as its file says.</param>
/// <param name="Epochs">As its history has them.</param>
/// <param name="Failure">Why its training ended early; null where it is whole.</param>
internal sealed record NetworkTraining(
    Architecture Architecture, TrainingOutput Output, IReadOnlyDictionary<string, string> Settings, IReadOnlyList<EpochErrors> Epochs, string? Failure = null)
{
    public string Name => Architecture.Name;

    /// <summary>The name without depth and data set: networks of one family differ in depth alone.</summary>
    public string Family => string.Concat(Name.Replace("-cifar", "", StringComparison.Ordinal).Where(letter => !char.IsAsciiDigit(letter)));

    /// <summary>After the last epoch; NaN where there is none.</summary>
    public double TrainError => Epochs.Count > 0 ? Epochs[^1].TrainError : double.NaN;

    /// <inheritdoc cref="TrainError"/>
    public double TestError => Epochs.Count > 0 ? Epochs[^1].TestError : double.NaN;

    /// <summary>The network with its weights, for inference.</summary>
    /// <exception cref="ExperimentException">Its training has failed.</exception>
    /// <exception cref="WeightException">The file is damaged, or of another network.</exception>
    public Network Load(int classes)
    {
        if (Failure is not null)
            throw new ExperimentException($"{Name} has no weights to measure: {Failure}");
        var network = Architecture.Build(classes);
        try
        {
            using var file = WeightFile.Open(Output.Weights);
            WeightImport.Apply(file, new ModuleTarget(network));
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
