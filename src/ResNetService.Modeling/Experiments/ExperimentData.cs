using ResNetService.ModelFormat;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Experiments;

/// <summary>The images of an experiment, decoded when the first network asks for them: where all are trained already, none does.</summary>
internal sealed class ExperimentData
{
    private readonly Lazy<ImageSet> _train, _test;

    /// <exception cref="TrainingException">The folder is not as training wants it.</exception>
    public ExperimentData(ExperimentRun run, TrainingRecipe recipe)
    {
        var all = TrainingFolders.Find(run.Options.Data!);
        Folders = new(Sample(all.Train, recipe.TrainImages), Sample(all.Test, recipe.TestImages));
        (_train, _test) = (Decoded("reading training images", Folders.Train, run), Decoded("reading test images", Folders.Test, run));
    }

    public TrainingFolders Folders { get; }

    public int Classes => Folders.Train.ClassNames.Count;

    public ImageSet Train => _train.Value;

    public ImageSet Test => _test.Value;

    public TrainingData Images => new(Folders.Train.ClassNames, Train, Test);

    /// <summary>Evenly spaced files: of each class its share.</summary>
    public static ImageFolder Sample(ImageFolder folder, int? most) => most is not { } count || count >= folder.Files.Count
        ? folder
        : folder with { Files = [.. Enumerable.Range(0, count).Select(i => folder.Files[(int)((long)i * folder.Files.Count / count)])] };

    private static Lazy<ImageSet> Decoded(string title, ImageFolder folder, ExperimentRun run) => new(() => run.Progress.Show(title, folder.Files.Count, progress =>
    {
        var count = 0;
        return ImageSet.Decode(folder, PreprocessingSpec.Cifar, () => progress.Report(Interlocked.Increment(ref count)), run.CancellationToken);
    }));
}
