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
    /// <returns>Names are relative to the folder where it is the only path, else they begin with the path as it was given; always with <c>/</c>.</returns>
    public static IEnumerable<InputFile> Find(IReadOnlyList<string> paths) => paths switch
    {
        [var only] when Directory.Exists(only) => Below(only, ""),
        _ => paths.SelectMany(path => Directory.Exists(path) ? Below(path, WithSlashes(path).TrimEnd('/') + "/") : [new(path, WithSlashes(path))]),
    };

    private static IEnumerable<InputFile> Below(string folder, string prefix)
    {
        foreach (var file in Shown(Directory.EnumerateFiles(folder)).Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal))
            yield return new(file, prefix + Path.GetFileName(file));

        foreach (var subfolder in Shown(Directory.EnumerateDirectories(folder)).Where(subfolder => new DirectoryInfo(subfolder).LinkTarget is null).Order(StringComparer.Ordinal))
        {
            foreach (var file in Below(subfolder, $"{prefix}{Path.GetFileName(subfolder)}/"))
                yield return file;
        }
    }

    private static IEnumerable<string> Shown(IEnumerable<string> paths) => paths.Where(path => !Path.GetFileName(path.AsSpan()).StartsWith('.'));

    private static string WithSlashes(string path) => path.Replace(Path.DirectorySeparatorChar, '/');
}
