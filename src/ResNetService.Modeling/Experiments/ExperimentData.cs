using ResNetService.Imaging;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Experiments;

/// <summary>The images of an experiment, decoded when the first network asks for them: where all are trained already, none does.</summary>
internal sealed class ExperimentData
{
    private readonly Lazy<IImageSource> _train, _test;

    /// <exception cref="TrainingException">The folder is not as training wants it.</exception>
    public ExperimentData(ExperimentRun run, TrainingRecipe recipe)
    {
        var all = TrainingFolders.Find(run.Options.Data!, run.Options.Seed);

        // Nothing is chosen by the images that it tests on, whatever their folder is called.
        Folders = all with { Train = Sample(all.Train, recipe.TrainImages), Test = Sample(all.Test, recipe.TestImages), IsValidation = false };
        (_train, _test) = (Decoded("reading training images", Folders.Train, run), Decoded("reading test images", Folders.Test, run));
    }

    public TrainingFolders Folders { get; }

    public int Classes => Folders.Train.ClassNames.Count;

    public IImageSource Train => _train.Value;

    public IImageSource Test => _test.Value;

    public TrainingData Images => new(Folders.Train.ClassNames, Train, Test);

    /// <summary>Evenly spaced files: of each class its share.</summary>
    public static ImageFolder Sample(ImageFolder folder, int? most) => most is not { } count || count >= folder.Files.Count
        ? folder
        : folder with { Files = [.. EvenSpread.Indices(count, folder.Files.Count).Select(i => folder.Files[i])] };

    private Lazy<IImageSource> Decoded(string title, ImageFolder folder, ExperimentRun run) => new(() => run.Progress.Show(title, folder.Files.Count, progress =>
    {
        var count = 0;
        var spec = PreprocessingSpec.Cifar;
        return ImageSource.Open(
            folder,
            new(spec, new ImageDecoder(new ImageLimits(), new DecodeOptions())),
            spec.InputSize,
            Folders.FitsIntoMemory(spec, AugmentationKind.Shift),
            Environment.ProcessorCount,
            () => progress.Report(Interlocked.Increment(ref count)),
            run.CancellationToken);
    }));
}
