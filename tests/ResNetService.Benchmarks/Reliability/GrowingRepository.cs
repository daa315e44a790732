using System.Globalization;
using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Reliability;

/// <summary>A model repository in a temporary folder, with one model, of which ever newer versions come.</summary>
internal sealed class GrowingRepository : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("benchmarks-versions-");
    private readonly BenchmarkModel _model;
    private readonly string _name;

    /// <param name="model">The files of each version.</param>
    public GrowingRepository(string name, BenchmarkModel model)
    {
        (_name, _model) = (name, model);
        Add();
    }

    public string Path => _folder.FullName;

    /// <summary>The highest version that there is.</summary>
    public int Version { get; private set; }

    /// <summary>Adds the next version, as the companion does: written aside, then moved to its place.</summary>
    public void Add()
    {
        var version = (Version + 1).ToString(CultureInfo.InvariantCulture);
        var target = System.IO.Path.Combine(Path, _name, version);
        var staged = Directory.CreateDirectory(target + ".part").FullName;
        foreach (var file in Directory.EnumerateFiles(_model.Directory))
            File.Copy(file, System.IO.Path.Combine(staged, System.IO.Path.GetFileName(file)));
        Directory.Move(staged, target);
        // Two are enough: of those before nothing is read any more.
        if (Version > 1)
            Directory.Delete(System.IO.Path.Combine(Path, _name, (Version - 1).ToString(CultureInfo.InvariantCulture)), recursive: true);
        Version++;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
