namespace ResNetService.Modeling.Onnx;

/// <summary>Directories that were made for something that may come to nothing, and then go again.</summary>
internal sealed class NewDirectories
{
    private readonly string[] _innermostFirst;

    private NewDirectories(string[] innermostFirst) => _innermostFirst = innermostFirst;

    /// <summary>Makes the directory and the parents that it lacks.</summary>
    /// <param name="directory">A full path.</param>
    public static NewDirectories Create(string directory)
    {
        var missing = AndParents(directory).TakeWhile(path => !Directory.Exists(path)).ToArray();
        Directory.CreateDirectory(directory);
        return new(missing);
    }

    /// <summary>Removes those of them that hold nothing; what was there before stays.</summary>
    public void RemoveEmpty()
    {
        foreach (var directory in _innermostFirst.TakeWhile(path => Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any()))
            Directory.Delete(directory);
    }

    private static IEnumerable<string> AndParents(string path)
    {
        for (var current = path; current is not null; current = Path.GetDirectoryName(current))
            yield return current;
    }
}
