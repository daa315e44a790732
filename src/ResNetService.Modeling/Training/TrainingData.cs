using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Training;

/// <summary>What a network is trained on (<paramref name="Train"/>) and what it is only ever tested on.</summary>
internal sealed record TrainingData(IReadOnlyList<string> ClassNames, ImageSet Train, ImageSet Test);

/// <summary>The folders of a data set: <c>train/</c>, and beside it <c>test/</c> or <c>val/</c>, each with the same class folders.</summary>
internal sealed record TrainingFolders(ImageFolder Train, ImageFolder Test)
{
    public int Count => Train.Files.Count + Test.Files.Count;

    /// <exception cref="TrainingException">Folders are missing, empty, or differ in their classes; the message says what is expected.</exception>
    public static TrainingFolders Find(string root)
    {
        var (train, test, val) = (Path.Combine(root, "train"), Path.Combine(root, "test"), Path.Combine(root, "val"));
        string? fault = !Directory.Exists(train) ? "there is no train"
            : (Directory.Exists(test), Directory.Exists(val)) switch
            {
                (false, false) => "there is neither test nor val",
                (true, true) => "there are both test and val",
                _ => null,
            };
        if (fault is not null)
            throw new TrainingException($"{root} must hold train/<class>/<image> and either test/<class>/<image> or val/<class>/<image>; {fault}");

        var folders = new TrainingFolders(ImageFolder.Find(train), ImageFolder.Find(Directory.Exists(test) ? test : val));
        folders.RequireSameClasses();
        return folders;
    }

    /// <param name="decoded">Told how many images of all are decoded; called by several threads.</param>
    /// <exception cref="TrainingException">Images cannot be decoded, or do not fit into memory.</exception>
    public TrainingData Decode(PreprocessingSpec spec, IProgress<int> decoded, CancellationToken cancellationToken)
    {
        var count = 0;
        void Decoded() => decoded.Report(Interlocked.Increment(ref count));

        return new(Train.ClassNames, ImageSet.Decode(Train, spec, Decoded, cancellationToken), ImageSet.Decode(Test, spec, Decoded, cancellationToken));
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
