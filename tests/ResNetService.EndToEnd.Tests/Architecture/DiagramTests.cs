using System.Text.RegularExpressions;

namespace ResNetService.EndToEnd.Tests.Architecture;

/// <summary>The picture in docs/architecture.md is the one that the other tests enforce.</summary>
public sealed partial class DiagramTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md"));

    private static readonly ILookup<string, string> Drawn = Arrow().Matches(Document)
        .ToLookup(match => "ResNetService." + match.Groups[1].Value, match => "ResNetService." + match.Groups[2].Value);

    [Fact]
    public void Arrows_OfTheDiagram_LeadToWhatEachProjectMayUse()
    {
        var drawn = Arrows.Allowed.Keys.ToDictionary(project => project, project => Below(project).Order(StringComparer.Ordinal).ToArray());

        Assert.Equal(Arrows.Allowed.ToDictionary(pair => pair.Key, pair => pair.Value.Order(StringComparer.Ordinal).ToArray()), drawn);
    }

    private static HashSet<string> Below(string project)
    {
        var below = new HashSet<string>();
        var next = new Queue<string>(Drawn[project]);
        while (next.TryDequeue(out var found))
        {
            if (below.Add(found))
                Array.ForEach([.. Drawn[found]], next.Enqueue);
        }

        return below;
    }

    [GeneratedRegex(@"^ +(\w+)(?:\[.*\])? --> (\w+)\r?$", RegexOptions.Multiline)]
    private static partial Regex Arrow();
}
