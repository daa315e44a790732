using System.Globalization;
using ResNetService.ModelFormat;

namespace ResNetService.Benchmarks.Servers;

/// <summary>A model directory: <c>models/&lt;name&gt;/&lt;version&gt;</c>.</summary>
internal sealed record BenchmarkModel(string Directory, ModelManifest Manifest)
{
    public string Graph => Path.Combine(Directory, ModelManifest.GraphFileName);

    public string Precision => Manifest.Precision.ToString().ToLowerInvariant();

    /// <param name="repository">A folder of <c>name/version</c>.</param>
    /// <param name="name">The highest version is taken.</param>
    /// <exception cref="BenchmarkException">There is no such model.</exception>
    /// <exception cref="ManifestException">Its manifest is wrong.</exception>
    public static BenchmarkModel Find(string repository, string name)
    {
        var parent = Path.Combine(repository, name);
        var version = System.IO.Directory.Exists(parent)
            ? System.IO.Directory.EnumerateDirectories(parent).Select(Path.GetFileName)
                .Where(folder => int.TryParse(folder, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .MaxBy(folder => int.Parse(folder!, CultureInfo.InvariantCulture))
            : null;
        return version is null
            ? throw new BenchmarkException($"there is no model {name} in {repository}; a model is <name>/<version> with {ModelManifest.GraphFileName} and {ModelManifest.FileName}")
            : Open(Path.Combine(parent, version));
    }

    /// <inheritdoc cref="Find"/>
    public static BenchmarkModel Open(string directory)
    {
        var manifest = Path.Combine(directory, ModelManifest.FileName);
        return File.Exists(manifest)
            ? new(Path.GetFullPath(directory), ManifestReader.Read(manifest))
            : throw new BenchmarkException($"{directory} is no model directory: it has no {ModelManifest.FileName}");
    }
}
