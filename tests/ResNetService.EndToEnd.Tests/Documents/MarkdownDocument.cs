using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ResNetService.EndToEnd.Tests.Documents;

/// <summary>One of the repository's Markdown files, as GitHub reads it.</summary>
internal sealed class MarkdownDocument
{
    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).UseGenericAttributes().Build();

    private readonly Markdig.Syntax.MarkdownDocument _document;

    private MarkdownDocument(string path) => (Path, _document) = (path, Markdown.Parse(File.ReadAllText(System.IO.Path.Combine(Repository.Root, path)), Pipeline));

    /// <summary>Below the root of the repository.</summary>
    public string Path { get; }

    /// <summary>All that are part of the project: hidden folders and what is built are not.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden })
            .Select(path => System.IO.Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith("artifacts/", StringComparison.Ordinal) && !path.Contains("/node_modules/", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Targets of links and sources of images.</summary>
    public IEnumerable<string> Links => _document.Descendants<LinkInline>().Select(link => link.Url!);

    /// <summary>What stands behind <c>#</c> in links to a heading of this file.</summary>
    public IReadOnlySet<string> Anchors => _document.Descendants<HeadingBlock>().Select(heading => heading.GetAttributes().Id!).ToHashSet();

    /// <summary>Lines of fenced blocks that are a shell's, with what a backslash continues joined to one.</summary>
    public IEnumerable<string> Commands => _document.Descendants<FencedCodeBlock>().Where(block => block.Info is null or "" or "sh" or "bash")
        .SelectMany(block => block.Lines.ToString().Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')).Select(line => line.Trim()).Where(line => line.Length > 0);

    public static MarkdownDocument Read(string path) => new(path);
}
