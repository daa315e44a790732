namespace ResNetService.Modeling.Training;

/// <summary>An image file and its class.</summary>
/// <param name="Class">Index among <see cref="ImageFolder.ClassNames"/>.</param>
internal readonly record struct ImageFile(string Path, int Class);

/// <summary>A folder of class folders of images: <c>root/&lt;class&gt;/&lt;image&gt;</c>.</summary>
/// <param name="ClassNames">The names of the class folders in ordinal order, which is the order of the logits.</param>
/// <param name="Files">Class by class, in ordinal order of the names, so that the order is the same on every machine.</param>
internal sealed record ImageFolder(string Root, IReadOnlyList<string> ClassNames, IReadOnlyList<ImageFile> Files)
{
    /// <summary>Lists the folder. Files and folders whose names begin with a dot are left out.</summary>
    /// <exception cref="TrainingException">There are fewer than two class folders, or one of them holds no file.</exception>
    public static ImageFolder Find(string root)
    {
        var folders = Directory.GetDirectories(root).Where(IsShown).Order(StringComparer.Ordinal).ToArray();
        if (folders.Length < 2)
            throw new TrainingException($"{root} has {folders.Length} class folders; it must hold a folder of images for each of two or more classes");

        var files = folders.SelectMany((folder, index) =>
            Directory.GetFiles(folder).Where(IsShown).Order(StringComparer.Ordinal).Select(path => new ImageFile(path, index))).ToArray();
        var empty = folders.Where((_, index) => !files.Any(file => file.Class == index)).ToArray();
        return empty.Length == 0
            ? new(root, [.. folders.Select(folder => Path.GetFileName(folder))], files)
            : throw new TrainingException($"these class folders hold no image: {string.Join(", ", empty)}");
    }

    /// <summary>What other programs hide in a folder is neither a class nor an image.</summary>
    public static bool IsShown(string path) => !Path.GetFileName(path.AsSpan()).StartsWith('.');
}
