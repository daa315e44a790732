using System.Text.RegularExpressions;

namespace ResNetService.EndToEnd.Tests.Readme;

/// <summary>The fenced blocks of a README.md, below their headings.</summary>
internal sealed partial class ReadmeDocument
{
    private ReadmeDocument(IReadOnlyList<(string Heading, string Language, string Text)> blocks) => Blocks = blocks;

    public IReadOnlyList<(string Heading, string Language, string Text)> Blocks { get; }

    /// <param name="folder">Below the root of the repository.</param>
    public static ReadmeDocument Read(string folder = "")
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, folder, "README.md"));
        var headings = Heading().Matches(text);
        return new([.. Fence().Matches(text).Select(block => (
            headings.LastOrDefault(h => h.Index < block.Index)?.Groups["title"].Value ?? "",
            block.Groups["language"].Value,
            block.Groups["text"].Value.Trim()))]);
    }

    /// <summary>The commands of a section, one a line.</summary>
    public string[] Commands(string heading) =>
        [.. Blocks.Where(b => b.Heading == heading && b.Language == "sh").SelectMany(b => b.Text.Split('\n'))];

    [GeneratedRegex(@"^#+ (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
