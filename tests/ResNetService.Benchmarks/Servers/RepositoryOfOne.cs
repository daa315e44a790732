namespace ResNetService.Benchmarks.Servers;

/// <summary>A model repository in a temporary folder with one model of another: a service loads every model that it finds, and its memory is theirs.</summary>
internal sealed class RepositoryOfOne : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("benchmarks-model-");

    /// <param name="repository">Where the model is.</param>
    /// <param name="model">Its name; all its versions are there.</param>
    public RepositoryOfOne(string repository, string model) =>
        Directory.CreateSymbolicLink(System.IO.Path.Combine(Path, model), System.IO.Path.GetFullPath(System.IO.Path.Combine(repository, model)));

    public string Path => _folder.FullName;

    /// <summary>Removes the link, not the model.</summary>
    public void Dispose() => _folder.Delete(recursive: true);
}
