namespace ResNetService.Modeling.Onnx;

/// <summary>
/// A directory that appears whole or not at all: it is written under another name beside its place, and moved there at the end.
/// </summary>
internal sealed class StagedDirectory : IDisposable
{
    private readonly string _destination;

    private StagedDirectory(string destination)
    {
        _destination = destination;
        Path = $"{destination}.{Guid.NewGuid():N}.part";
        Directory.CreateDirectory(Path);
    }

    /// <summary>Where to write.</summary>
    public string Path { get; }

    /// <param name="destination">Need not exist; its parents are made.</param>
    /// <param name="replace">Whether a directory with content may be replaced.</param>
    /// <exception cref="IOException">The destination is a file, or holds something and must not be replaced.</exception>
    public static StagedDirectory For(string destination, bool replace)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(destination));
        if (File.Exists(full))
            throw new IOException($"{destination} is a file; the output is a directory such as models/<name>/<version>");
        if (!replace && Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any())
            throw new IOException($"{destination} is not empty; choose another version, or replace it with --force");
        return new StagedDirectory(full);
    }

    /// <summary>Puts the directory in its place.</summary>
    public void Commit()
    {
        if (Directory.Exists(_destination))
            Directory.Delete(_destination, recursive: true);
        Directory.Move(Path, _destination);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
