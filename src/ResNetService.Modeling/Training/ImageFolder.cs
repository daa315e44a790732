using System.Collections.Concurrent;
using ResNetService.Imaging;

namespace ResNetService.Modeling.Training;

/// <summary>An image file and its class.</summary>
/// <param name="Class">Index among <see cref="ImageFolder.ClassNames"/>.</param>
internal readonly record struct ImageFile(string Path, int Class);

/// <summary>A folder of class folders of images: <c>root/&lt;class&gt;/&lt;image&gt;</c>.</summary>
/// <param name="ClassNames">The names of the class folders in ordinal order, which is the order of the logits.</param>
/// <param name="Files">Class by class, in ordinal order of the names, so that the order is the same on every machine.</param>
internal sealed record ImageFolder(string Root, IReadOnlyList<string> ClassNames, IReadOnlyList<ImageFile> Files)
{
    private const int ShownFaults = 10;

    /// <summary>Lists the folder. Files and folders whose names begin with a dot are left out.</summary>
    /// <exception cref="TrainingException">There are fewer than two class folders, or one of them holds no file.</exception>
    public static ImageFolder Find(string root)
    {
        var folders = Shown(Directory.GetDirectories(root)).ToArray();
        if (folders.Length < 2)
            throw new TrainingException($"{root} has {folders.Length} class folders; it must hold a folder of images for each of two or more classes");

        var files = folders.SelectMany((folder, index) =>
            Shown(Directory.GetFiles(folder)).Select(path => new ImageFile(path, index))).ToArray();
        var empty = folders.Where((_, index) => !files.Any(file => file.Class == index)).ToArray();
        return empty.Length == 0
            ? new(root, [.. folders.Select(folder => Path.GetFileName(folder))], files)
            : throw new TrainingException($"these class folders hold no image: {string.Join(", ", empty)}");
    }

    /// <summary>Those that are classes or images, in ordinal order.</summary>
    public static IEnumerable<string> Shown(IEnumerable<string> paths) => paths.Where(IsShown).Order(StringComparer.Ordinal);

    /// <summary>Takes away a part of each class, the same for the same seed.</summary>
    /// <param name="fraction">Of each class, rounded; one image or more.</param>
    /// <exception cref="TrainingException">A class has but one image.</exception>
    public (ImageFolder Kept, ImageFolder HeldOut) Split(double fraction, int seed)
    {
        var heldOut = new HashSet<string>();
        foreach (var @class in Files.GroupBy(file => file.Class))
        {
            var paths = @class.Select(file => file.Path).ToArray();
            if (paths.Length < 2)
                throw new TrainingException($"{Path.Combine(Root, ClassNames[@class.Key])} holds one image; a class must have two or more, of which a part is held out");
            SeededRandom.For(seed, SeededRandom.WholeRun, @class.Key).Shuffle(paths);
            heldOut.UnionWith(paths.Take(Math.Max(1, (int)Math.Round(fraction * paths.Length))));
        }

        return (this with { Files = [.. Files.Where(file => !heldOut.Contains(file.Path))] }, this with { Files = [.. Files.Where(file => heldOut.Contains(file.Path))] });
    }

    /// <summary>Reads every file, several at a time.</summary>
    /// <param name="read">Given the file's index and content; its <see cref="ImageException"/> is a fault of the file.</param>
    /// <exception cref="TrainingException">Files cannot be read: the message lists them.</exception>
    public void ForEach(int decoders, Action<int, byte[]> read, CancellationToken cancellationToken)
    {
        var faults = new ConcurrentQueue<string>();
        Parallel.For(0, Files.Count, new ParallelOptions { MaxDegreeOfParallelism = decoders, CancellationToken = cancellationToken }, i =>
        {
            try
            {
                read(i, File.ReadAllBytes(Files[i].Path));
            }
            catch (Exception e) when (e is ImageException or IOException or UnauthorizedAccessException)
            {
                faults.Enqueue($"{Files[i].Path}: {e.Message}");
            }
        });
        if (!faults.IsEmpty)
            throw Undecodable([.. faults.Order(StringComparer.Ordinal)]);
    }

    private static TrainingException Undecodable(string[] faults)
    {
        var rest = faults.Length > ShownFaults ? $"{Environment.NewLine}  and {faults.Length - ShownFaults} more" : "";
        return new($"{faults.Length} image{(faults.Length == 1 ? "" : "s")} cannot be read:{string.Concat(faults.Take(ShownFaults).Select(fault => $"{Environment.NewLine}  {fault}"))}{rest}");
    }

    /// <summary>What other programs hide in a folder is neither a class nor an image.</summary>
    private static bool IsShown(string path) => !Path.GetFileName(path.AsSpan()).StartsWith('.');
}
