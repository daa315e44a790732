
namespace ResNetService.Benchmarks.Measurement;

/// <summary>Image files in memory, and a list of their paths for programs that read it.</summary>
/// <param name="ListFile">A path in each line; a temporary file.</param>
internal sealed record Photographs(IReadOnlyList<string> Paths, IReadOnlyList<byte[]> Encoded, string ListFile) : IDisposable
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp"];

    /// <param name="folder">Searched with the folders below it.</param>
    /// <exception cref="BenchmarkException">It holds no image file.</exception>
    public static Photographs Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new BenchmarkException($"there is no folder {folder}; --images names one with image files");
        return Of([.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Select(Path.GetFullPath)
            .Order(StringComparer.Ordinal)]) is { Paths.Count: > 0 } photographs
            ? photographs
            : throw new BenchmarkException($"{folder} has no image files ({string.Join(", ", Extensions)})");
    }

    public static Photographs Of(IReadOnlyList<string> paths)
    {
        var list = Path.GetTempFileName();
        File.WriteAllLines(list, paths);
        return new(paths, [.. paths.Select(File.ReadAllBytes)], list);
    }

    public void Dispose() => File.Delete(ListFile);
}
