namespace ResNetService.Modeling.Classification;

/// <param name="Name">What it is called in results.</param>
internal sealed record InputFile(string Path, string Name);

/// <summary>The files that paths stand for: a folder for the images in it and below it, any other path for itself.</summary>
internal static class InputFiles
{
    /// <summary>
    /// What counts as an image in a folder. HEIC is among them although no build reads it: an error in its row is better than
    /// photographs that are missing without a word.
    /// </summary>
    public static IReadOnlySet<string> Extensions { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif",
    };

    /// <summary>
    /// In the order of the paths, and in ordinal order within a folder, its files before its subfolders. What begins with a dot is left out,
    /// and links to folders are not followed. Lazy: no more than the names of one folder and of those above it are held.
    /// </summary>
    /// <param name="home">Where names lead from.</param>
    /// <returns>No two files have the same name, of whatever folders and runs they are: it leads from home to a file below it, and is the full path of any other.</returns>
    public static IEnumerable<InputFile> Find(IEnumerable<string> paths, string home) =>
        from path in paths.Select(Path.GetFullPath)
        from file in Directory.Exists(path) ? Below(path) : [path]
        select new InputFile(file, NameOf(file, home));

    private static IEnumerable<string> Below(string folder)
    {
        foreach (var file in Shown(Directory.EnumerateFiles(folder)).Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal))
            yield return file;

        foreach (var subfolder in Shown(Directory.EnumerateDirectories(folder)).Where(subfolder => new DirectoryInfo(subfolder).LinkTarget is null).Order(StringComparer.Ordinal))
        {
            foreach (var file in Below(subfolder))
                yield return file;
        }
    }

    private static IEnumerable<string> Shown(IEnumerable<string> paths) => paths.Where(path => !Path.GetFileName(path.AsSpan()).StartsWith('.'));

    private static string NameOf(string file, string home)
    {
        var name = Path.GetRelativePath(home, file);
        return (name.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? file : name).Replace(Path.DirectorySeparatorChar, '/');
    }
}
