using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Onnx;

/// <summary>
/// A directory that appears whole or not at all: it is written under another name beside its place, and moved there at the end.
/// </summary>
internal sealed class StagedDirectory : IDisposable
{
    private readonly string _destination;
    private readonly NewDirectories _parents;

    private StagedDirectory(string destination)
    {
        _destination = destination;
        _parents = NewDirectories.Create(System.IO.Path.GetDirectoryName(destination)!);
        Path = NameBeside(destination);
        Directory.CreateDirectory(Path);
    }

    /// <summary>Where to write.</summary>
    public string Path { get; }

    /// <param name="destination">Need not exist; its parents are made.</param>
    /// <param name="replace">Whether a model that is there may be replaced.</param>
    /// <param name="mark">The file by which a directory that may be replaced is known; by default a model's graph.</param>
    /// <exception cref="IOException">The destination is a file, or holds something that must not be replaced.</exception>
    public static StagedDirectory For(string destination, bool replace, string mark = ModelManifest.GraphFileName)
    {
        Require(destination, replace, mark);
        return new StagedDirectory(FullPath(destination));
    }

    /// <summary>Asks in advance what <see cref="For"/> would say, before work that would be lost.</summary>
    /// <inheritdoc cref="For"/>
    public static void Require(string destination, bool replace, string mark = ModelManifest.GraphFileName)
    {
        var full = FullPath(destination);
        if (File.Exists(full))
            throw new IOException($"{destination} is a file; the output is a directory");
        if (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any())
        {
            if (!replace)
                throw new IOException($"{destination} is not empty; choose another directory, or replace it with --force");
            if (!File.Exists(System.IO.Path.Combine(full, mark)))
                throw new IOException($"{destination} is not empty and holds no {mark}; --force replaces nothing but a directory that holds one");
        }
    }

    /// <summary>Puts the directory in its place.</summary>
    /// <exception cref="IOException">It cannot be put there; what was there is still there.</exception>
    public void Commit()
    {
        if (!Directory.Exists(_destination))
        {
            Directory.Move(Path, _destination);
            return;
        }

        var replaced = NameBeside(_destination);
        Directory.Move(_destination, replaced);
        try
        {
            Directory.Move(Path, _destination);
        }
        catch
        {
            Directory.Move(replaced, _destination);
            throw;
        }

        Directory.Delete(replaced, recursive: true);
    }

    /// <summary>Without <see cref="Commit"/>, leaves nothing behind, nor the parents that it made.</summary>
    public void Dispose()
    {
        if (!Directory.Exists(Path))
            return;
        Directory.Delete(Path, recursive: true);
        _parents.RemoveEmpty();
    }

    /// <summary>The service passes over names that end so.</summary>
    private static string NameBeside(string destination) => $"{destination}.{Guid.NewGuid():N}.part";

    private static string FullPath(string destination) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(destination));
}
