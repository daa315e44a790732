using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ResNetService.EndToEnd.Tests.Release;

/// <summary>THIRD-PARTY-NOTICES.md has every package that the service or the tool is shipped with.</summary>
public sealed partial class NoticesTests
{
    private const string Document = "THIRD-PARTY-NOTICES.md";
    private const string End = "<!-- /packages -->";

    [Fact]
    public void Packages_OfServiceAndTool_AreAllNamed()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, Document)).ReplaceLineEndings("\n");
        var start = document.IndexOf('\n', document.IndexOf("<!-- packages:", StringComparison.Ordinal)) + 1;
        var end = document.IndexOf(End, StringComparison.Ordinal);

        Approval.Check(Document, document[..start] + Table() + document[end..]);
    }

    [Fact]
    public void Licences_ThatAreReferredTo_AreThere() => Assert.All(
        LicenceFile().Matches(File.ReadAllText(Path.Combine(Repository.Root, Document))).Select(match => match.Value),
        file => Assert.True(File.Exists(Path.Combine(Repository.Root, file)), file));

    private static string Table()
    {
        var shipped = new[] { ("service", "ResNetService.Api.deps.json"), ("`resnet`", "resnet.deps.json") }
            .SelectMany(program => PackagesOf(program.Item2), (program, package) => (Program: program.Item1, Package: package))
            .GroupBy(shipped => shipped.Package, shipped => shipped.Program)
            .OrderBy(group => group.Key.Name, StringComparer.OrdinalIgnoreCase);

        var table = new StringBuilder("\n| package | version | licence | copyright | shipped with |\n|---|---|---|---|---|\n");
        foreach (var group in shipped)
            table.Append('|').AppendJoin('|', $" {group.Key.Name} ", $" {group.Key.Version} ", $" {group.Key.Licence} ", $" {group.Key.Copyright} ", $" {string.Join(", ", group.Distinct())} ").Append("|\n");
        return table.Append('\n').ToString();
    }

    /// <summary>From the list of what a program loads: packages that only take part in the build are not in it.</summary>
    private static IEnumerable<Package> PackagesOf(string dependencies)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, dependencies)));
        foreach (var library in document.RootElement.GetProperty("libraries").EnumerateObject())
        {
            if (library.Value.GetProperty("type").GetString() == "package")
                yield return Package.Read(library.Name.Split('/')[0], library.Name.Split('/')[1], library.Value.GetProperty("path").GetString()!);
        }
    }

    private sealed record Package(string Name, string Version, string Licence, string Copyright)
    {
        public static Package Read(string name, string version, string path)
        {
            var folder = Path.Combine(UserPackages.Folder, path);
            var metadata = XDocument.Load(Path.Combine(folder, $"{name.ToLowerInvariant()}.nuspec")).Root!.Elements().Single();
            var licence = Element("license");
            return new(
                Platform().Replace(name, "$1*"),
                version,
                (string?)licence!.Attribute("type") == "file" ? FirstLine(Path.Combine(folder, licence.Value)) : licence.Value,
                (Element("copyright") ?? Element("authors"))!.Value.Trim());

            XElement? Element(string element) => metadata.Elements().FirstOrDefault(e => e.Name.LocalName == element);
        }

        /// <summary>Where a package has a file and no expression, the file's title.</summary>
        private static string FirstLine(string file) => File.ReadLines(file).First(line => line.Trim().Length > 0).Replace("License", "", StringComparison.Ordinal).Trim();
    }

    [GeneratedRegex(@"^(libtorch-cpu-)(?:linux|win|osx)-\w+$")]
    private static partial Regex Platform();

    [GeneratedRegex(@"licenses/[\w.-]+\.txt(?=\))")]
    private static partial Regex LicenceFile();
}
