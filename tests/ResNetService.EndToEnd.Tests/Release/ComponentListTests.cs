using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ResNetService.EndToEnd.Tests.Release;

/// <summary>sbom.json: what the build says that the service is shipped with.</summary>
[Collection(BuildsOfTheRepository.Name)]
public sealed partial class ComponentListTests
{
    private static readonly XNamespace CycloneDx = "http://cyclonedx.org/schema/bom/1.6";

    private static readonly (string Name, string? Version)[] Inside =
    [
        .. XDocument.Load(Path.Combine(Repository.Root, "src/ResNetService.Api/Components/inside-packages.xml")).Descendants(CycloneDx + "components").Elements()
            .Select(component => ((string)component.Element(CycloneDx + "name")!, (string?)component.Element(CycloneDx + "version"))),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PublishedService_ListsThePackagesThatItLoads_AndNoOther_EachWithItsLicence(bool isForThisPlatform)
    {
        var folder = Directory.CreateTempSubdirectory("resnet-components-");
        try
        {
            // As containers are published, without what takes long.
            var platform = isForThisPlatform ? $" -r {RuntimeInformation.RuntimeIdentifier} --self-contained false -p:PublishReadyToRun=false" : "";
            await ShellCommand.RunAsync($"dotnet publish -c Release src/ResNetService.Api -o '{folder.FullName}'{platform}", TestContext.Current.CancellationToken);
            var list = Read(Path.Combine(folder.FullName, "sbom.json"));
            var loads = Read(Path.Combine(folder.FullName, "ResNetService.Api.deps.json")).GetProperty("libraries").EnumerateObject()
                .Where(library => library.Value.GetProperty("type").GetString() == "package").Select(library => library.Name);
            var listed = list.GetProperty("components").EnumerateArray().ToArray();

            Assert.Equal(("CycloneDX", "1.6"), (list.GetProperty("bomFormat").GetString(), list.GetProperty("specVersion").GetString()));
            Assert.Equal(loads.Order(StringComparer.Ordinal), listed.Select(component => $"{Text(component, "name")}/{Text(component, "version")}").Order(StringComparer.Ordinal));
            Assert.All(listed, component => Assert.NotEmpty(component.GetProperty("licenses").EnumerateArray()));
            var service = list.GetProperty("metadata").GetProperty("component");
            Assert.StartsWith(ProductVersion.Prefix, Text(service, "version"), StringComparison.Ordinal);
            Assert.Equal(Inside.Select(component => component.Name), service.GetProperty("components").EnumerateArray().Select(component => Text(component, "name")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void InsideOfThePackages_IsWhatTheNoticesName()
    {
        var notices = File.ReadAllText(Path.Combine(Repository.Root, "THIRD-PARTY-NOTICES.md"));
        var named = InsideRow().Matches(notices[notices.IndexOf("## Inside the packages", StringComparison.Ordinal)..notices.IndexOf("## In the sources", StringComparison.Ordinal)])
            .SelectMany(row => row.Groups[1].Value.Replace(", and with it", ",", StringComparison.Ordinal).Split(", "));

        Assert.Equal(named.Order(StringComparer.Ordinal), Inside.Select(component => component.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void InsideOfThePackages_HasTheVersionsThatThePackagesName()
    {
        var native = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion").Single(package => (string?)package.Attribute("Include") == "NetVips.Native");
        var versions = Read(Path.Combine(UserPackages.Folder, "netvips.native.linux-x64", (string)native.Attribute("Version")!, "versions.json"));

        Assert.All(versions.EnumerateObject(), library => Assert.Contains(
            Inside, component => component.Version == library.Value.GetString() && (component.Name == library.Name || component.Name == $"lib{library.Name}" || (component.Name, library.Name) == ("libultrahdr", "uhdr"))));
    }

    private static JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;

    private static string Text(JsonElement component, string property) => component.GetProperty(property).GetString()!;

    /// <summary>Of what is inside NetVips.Native and Swagger's page; ONNX Runtime is a package itself, and the others are not the service's.</summary>
    [GeneratedRegex(@"^\| (.+?) \| (?:NetVips\.Native|Swashbuckle)[^|]*\|", RegexOptions.Multiline)]
    private static partial Regex InsideRow();
}
