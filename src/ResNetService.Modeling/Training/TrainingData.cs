using ResNetService.Imaging;
using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Training;

/// <summary>What a network is trained on (<paramref name="Train"/>) and what it is tested on after each epoch (<paramref name="Test"/>).</summary>
internal sealed record TrainingData(IReadOnlyList<string> ClassNames, IImageSource Train, IImageSource Test)
{
    /// <summary>Whether the test images may choose the weights, the learning rate and the run's end: validation images may, test images never.</summary>
    public bool TestIsValidation { get; init; }

    /// <summary>That the images are decoded with; null for the network's own.</summary>
    public PreprocessingSpec? Preprocessing { get; init; }

    /// <summary>Threads that read and decode images.</summary>
    public int Decoders { get; init; } = Environment.ProcessorCount;

    /// <summary>Paths of the images that were taken from the training images for <see cref="Test"/>, below the data's folder.</summary>
    public IReadOnlyList<string> HeldOut { get; init; } = [];
}

/// <summary>The folders of a data set: <c>train/</c>, and beside it <c>val/</c> or <c>test/</c>, each with the same class folders; or class folders alone.</summary>
/// <param name="IsHeldOut">Whether the images to test on were taken from those to train on.</param>
internal sealed record TrainingFolders(string Root, ImageFolder Train, ImageFolder Test, bool IsValidation, bool IsHeldOut)
{
    /// <summary>Of each class, where the folder has neither validation nor test images.</summary>
    public const double HeldOutFraction = 0.2;

    public int Count => Train.Files.Count + Test.Files.Count;

    /// <param name="seed">Chooses the images that are held out.</param>
    /// <exception cref="TrainingException">Folders are missing, empty, or differ in their classes; the message says what is expected.</exception>
    public static TrainingFolders Find(string root, int seed)
    {
        var (train, test, val) = (Path.Combine(root, "train"), Path.Combine(root, "test"), Path.Combine(root, "val"));
        if (!Directory.Exists(root))
            throw new TrainingException($"there is no folder {root}; it must hold train/<class>/<image> and val/<class>/<image>, or <class>/<image>");
        if (!Directory.Exists(train) && (Directory.Exists(test) || Directory.Exists(val)))
            throw new TrainingException($"{root} holds {(Directory.Exists(val) ? "val" : "test")} and no train; it must hold train/<class>/<image> beside it, or class folders alone");

        var all = ImageFolder.Find(Directory.Exists(train) ? train : root);
        if (Directory.Exists(train) && (Directory.Exists(val) || Directory.Exists(test)))
        {
            var folders = new TrainingFolders(root, all, ImageFolder.Find(Directory.Exists(val) ? val : test), IsValidation: Directory.Exists(val), IsHeldOut: false);
            folders.RequireSameClasses();
            return folders;
        }

        var (kept, heldOut) = all.Split(HeldOutFraction, seed);
        return new(root, kept, heldOut, IsValidation: true, IsHeldOut: true);
    }

    /// <summary>Whether the decoded pixels are kept: not where each photograph is cropped anew, nor where there are too many.</summary>
    public bool FitsIntoMemory(PreprocessingSpec spec, AugmentationKind augmentation) =>
        augmentation != AugmentationKind.Scale && (long)Count * spec.InputSize * spec.InputSize * ImageBatch.Channels
            <= Math.Min(ImageSource.MostBytesInMemory, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);

    /// <summary>Reads every image once.</summary>
    /// <param name="inMemory">Whether the training images' pixels are kept; those to test on are wherever <see cref="FitsIntoMemory"/> allows.</param>
    /// <param name="decoders">Threads that decode.</param>
    /// <param name="decoded">Told how many images of all are decoded; called by several threads.</param>
    /// <exception cref="TrainingException">Images cannot be decoded.</exception>
    public TrainingData Open(PreprocessingSpec spec, bool inMemory, int decoders, IProgress<int> decoded, CancellationToken cancellationToken)
    {
        var count = 0;
        void Decoded() => decoded.Report(Interlocked.Increment(ref count));

        var preprocessor = new ImagePreprocessor(spec, new ImageDecoder(new ImageLimits(), new DecodeOptions()));
        var faults = new List<string>();
        IImageSource? OpenFolder(ImageFolder folder, bool keep)
        {
            try
            {
                return ImageSource.Open(folder, preprocessor, spec.InputSize, keep, decoders, Decoded, cancellationToken);
            }
            catch (TrainingException e)
            {
                faults.Add(e.Message);
                return null;
            }
        }

        // Both are read before the run is refused, so that all broken images are named at once.
        var (train, test) = (OpenFolder(Train, inMemory), OpenFolder(Test, FitsIntoMemory(spec, AugmentationKind.None)));
        if (train is null || test is null)
            throw new TrainingException(string.Join(Environment.NewLine, faults));
        return new(Train.ClassNames, train, test)
        {
            TestIsValidation = IsValidation,
            Preprocessing = spec,
            Decoders = decoders,
            HeldOut = IsHeldOut ? [.. Test.Files.Select(file => Path.GetRelativePath(Root, file.Path))] : [],
        };
    }

    private void RequireSameClasses()
    {
        var differences = Difference(Train, Test).Concat(Difference(Test, Train)).ToArray();
        if (differences.Length > 0)
            throw new TrainingException($"the classes of {Train.Root} and {Test.Root} differ: {string.Join("; ", differences)}");
    }

    private static IEnumerable<string> Difference(ImageFolder has, ImageFolder lacks) =>
        has.ClassNames.Except(lacks.ClassNames).Select(name => $"'{name}' is only in {has.Root}");
}
