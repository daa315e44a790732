using System.Globalization;

namespace ResNetService.Inference.Models;

/// <summary>Which of a model's versions are served: of those that load, the highest first.</summary>
/// <param name="Text">As it is configured.</param>
/// <param name="Most">So many at most.</param>
/// <param name="Versions">These alone; null for all.</param>
internal sealed record VersionPolicy(string Text, int Most, IReadOnlySet<int>? Versions)
{
    private const string Latest = "latest";

    public bool Chooses(ModelCandidate version) => Versions?.Contains(version.VersionNumber) ?? true;

    public override string ToString() => Text;

    /// <returns>Null where the text is none.</returns>
    public static VersionPolicy? Parse(string text)
    {
        var words = text.Trim();
        if (words == "all")
            return new(words, int.MaxValue, null);
        if (words == Latest)
            return new(words, 1, null);
        if (words.StartsWith(Latest + ':', StringComparison.Ordinal))
            return Number(words[(Latest.Length + 1)..]) is { } most ? new(words, most, null) : null;
        int?[] versions = [.. words.Split(',').Select(Number)];
        return versions.Contains(null) ? null : new(words, int.MaxValue, versions.OfType<int>().ToHashSet());
    }

    private static int? Number(string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
