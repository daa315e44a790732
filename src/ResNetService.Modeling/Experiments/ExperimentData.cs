using ResNetService.ModelFormat;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Experiments;

/// <summary>The images of an experiment, decoded when the first network asks for them: where all are trained already, none does.</summary>
internal sealed class ExperimentData
{
    private readonly Lazy<TrainingData> _decoded;

    /// <exception cref="TrainingException">The folder is not as training wants it.</exception>
    public ExperimentData(ExperimentRun run, TrainingRecipe recipe)
    {
        var all = TrainingFolders.Find(run.Options.Data!);
        Folders = new(Sample(all.Train, recipe.TrainImages), Sample(all.Test, recipe.TestImages));
        _decoded = new(() => run.Progress.Show("reading images", Folders.Count, progress => Folders.Decode(PreprocessingSpec.Cifar, progress, run.CancellationToken)));
    }

    public TrainingFolders Folders { get; }

    public TrainingData Images => _decoded.Value;

    /// <summary>Evenly spaced files: of each class its share.</summary>
    public static ImageFolder Sample(ImageFolder folder, int? most) => most is not { } count || count >= folder.Files.Count
        ? folder
        : folder with { Files = [.. Enumerable.Range(0, count).Select(i => folder.Files[(int)((long)i * folder.Files.Count / count)])] };
}
