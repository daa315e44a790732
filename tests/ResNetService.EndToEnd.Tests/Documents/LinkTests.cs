namespace ResNetService.EndToEnd.Tests.Documents;

public sealed class LinkTests
{
    public static TheoryData<string> Documents => [.. MarkdownDocument.All];

    /// <summary>Links to elsewhere are not followed: a test must not depend on the world.</summary>
    [Theory]
    [MemberData(nameof(Documents))]
    public void Link_WithinTheRepository_LeadsToWhatIsThere(string path)
    {
        var document = MarkdownDocument.Read(path);

        Assert.DoesNotContain(document.Links, link => !Leads(document, link));
    }

    private static bool Leads(MarkdownDocument document, string link)
    {
        if (Uri.TryCreate(link, UriKind.Absolute, out _) && !link.StartsWith('/'))
            return true;
        var (target, anchor) = link.Split('#', 2) switch
        {
            [var file, var heading] => (file, heading),
            var alone => (alone[0], null),
        };
        var path = target.Length == 0 ? document.Path : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(document.Path)!, target)).Replace('\\', '/');
        var full = Path.Combine(Repository.Root, path);
        if (!File.Exists(full) && !Directory.Exists(full))
            return false;
        return anchor is null || (path.EndsWith(".md", StringComparison.Ordinal) && MarkdownDocument.Read(path).Anchors.Contains(anchor));
    }
}
