namespace ResNetService.Modeling.Classification;

/// <param name="Name">What it is called in results.</param>
/// <param name="Error">Why it stands for images that nobody can find; null for a file.</param>
internal sealed record InputFile(string Path, string Name, string? Error = null);

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
    /// and links to folders are not followed. A folder that cannot be read stands for itself, with an error: the others are not lost with it.
    /// Lazy: no more than the names of one folder and of those above it are held.
    /// </summary>
    /// <param name="home">Where names lead from.</param>
    /// <returns>No two files have the same name, of whatever folders and runs they are: it leads from home to a file below it, and is the full path of any other.</returns>
    public static IEnumerable<InputFile> Find(IEnumerable<string> paths, string home) =>
        from path in paths.Select(Path.GetFullPath)
        from found in Directory.Exists(path) ? Below(path) : [(path, null)]
        select new InputFile(found.Path, NameOf(found.Path, home), found.Error);

    private static IEnumerable<(string Path, string? Error)> Below(string folder)
    {
        string[] files = [], subfolders = [];
        string? error = null;
        try
        {
            files = [.. Shown(Directory.EnumerateFiles(folder)).Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)];
            subfolders = [.. Shown(Directory.EnumerateDirectories(folder)).Where(subfolder => new DirectoryInfo(subfolder).LinkTarget is null).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = $"The folder cannot be read: {e.Message}";
        }

        if (error is not null)
            yield return (folder, error);
        foreach (var file in files)
            yield return (file, null);
        foreach (var found in subfolders.SelectMany(Below))
            yield return found;
    }

    private static IEnumerable<string> Shown(IEnumerable<string> paths) => paths.Where(path => !Path.GetFileName(path.AsSpan()).StartsWith('.'));

    private static string NameOf(string file, string home)
    {
        var name = Path.GetRelativePath(home, file);
        return (name.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? file : name).Replace(Path.DirectorySeparatorChar, '/');
    }
}
