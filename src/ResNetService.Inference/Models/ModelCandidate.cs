using System.Globalization;
using System.Text.RegularExpressions;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Models;

/// <summary>A model as the folder shows it, before it is read.</summary>
/// <param name="Version">Empty where the folder of all its versions cannot be read.</param>
/// <param name="Directory">All of it is the model's; null for a graph that lies among others.</param>
/// <param name="ManifestPath">Null for a bare graph.</param>
/// <param name="Faults">What is wrong with its place or its name.</param>
internal sealed record ModelCandidate(string Name, string Version, string? Directory, string GraphPath, string? ManifestPath, IReadOnlyList<string> Faults)
{
    public string Reference => $"{Name}:{Version}";

    public ModelFiles Files { get; } = new(Directory, GraphPath);

    /// <summary>For ordering; a version that is no number has a fault anyway.</summary>
    public int VersionNumber => int.TryParse(Version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>
/// Looks for models: <c>&lt;name&gt;/&lt;version&gt;/model.onnx</c>, with or without a manifest, and bare <c>&lt;name&gt;.onnx</c> as version 1.
/// </summary>
internal static partial class ModelScan
{
    public const string NameRule = "must be 1 to 100 letters, digits, '-', '_' or '.', beginning with a letter or digit";

    public static bool IsName(string text) => SafeName().IsMatch(text);

    public static IReadOnlyList<ModelCandidate> Run(string folder)
    {
        var bare = Directory.GetFiles(folder, "*.onnx")
            .Select(file => Candidate(Path.GetFileNameWithoutExtension(file), "1", null, file, null));
        var versioned = Directory.GetDirectories(folder).Where(IsVisible).SelectMany(VersionsIn);
        var found = bare.Concat(versioned).OrderBy(c => c.Name, StringComparer.Ordinal).ThenBy(c => c.VersionNumber).ToList();
        return [.. found.Select(candidate => found.Count(other => other.Reference == candidate.Reference) == 1
            ? candidate
            : candidate with { Faults = [.. candidate.Faults, $"{candidate.GraphPath}: {candidate.Reference} is there twice; remove one"] })];
    }

    private static IReadOnlyList<ModelCandidate> VersionsIn(string folder)
    {
        var name = Path.GetFileName(folder);
        try
        {
            return [.. Directory.GetDirectories(folder).Where(IsVisible).Select(version => InDirectory(name, Path.GetFileName(version), version))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new(name, "", folder, Path.Combine(folder, ModelManifest.GraphFileName), null, [$"{folder}: cannot be read: {e.Message}"])];
        }
    }

    /// <summary>One model directory, whatever its parents are called.</summary>
    public static ModelCandidate InDirectory(string name, string version, string directory)
    {
        var manifest = Path.Combine(directory, ModelManifest.FileName);
        return Candidate(name, version, directory, Path.Combine(directory, ModelManifest.GraphFileName), File.Exists(manifest) ? manifest : null);
    }

    private static ModelCandidate Candidate(string name, string version, string? directory, string graph, string? manifest)
    {
        var faults = new List<string>();
        if (!IsName(name))
            faults.Add($"{graph}: the name '{name}' {NameRule}");
        if (!Number().IsMatch(version))
            faults.Add($"{graph}: the version '{version}' must be a number from 1 to 999999999 without leading zeros");
        if (!File.Exists(graph))
            faults.Add($"{graph}: there is no such file; a version's directory holds {ModelManifest.GraphFileName} and {ModelManifest.FileName}");
        return new(name, version, directory, graph, manifest, faults);
    }

    /// <summary>Hidden directories are other programs' (a volume's <c>..data</c>), as <c>lost+found</c> is the file system's; those that end in .part are being written.</summary>
    private static bool IsVisible(string directory) =>
        Path.GetFileName(directory) is var name && !name.StartsWith('.') && !name.EndsWith(".part", StringComparison.Ordinal) && name != "lost+found";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex SafeName();

    [GeneratedRegex(@"\A[1-9][0-9]{0,8}\z")]
    private static partial Regex Number();
}
