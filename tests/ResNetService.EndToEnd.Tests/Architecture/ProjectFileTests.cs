using System.Xml.Linq;

namespace ResNetService.EndToEnd.Tests.Architecture;

/// <summary>The arrows as the project files state them.</summary>
public sealed class ProjectFileTests
{
    private static readonly Dictionary<string, XDocument> Projects = Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), XDocument.Load);

    private static IEnumerable<string> Includes(string project, string item) =>
        Projects[project].Descendants(item).Select(element => (string?)element.Attribute("Include")).OfType<string>();

    [Fact]
    public void Projects_OfSrc_AllHaveAPlace() =>
        Assert.Equal(Arrows.Allowed.Keys.Order(StringComparer.Ordinal), Projects.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void ProjectReferences_PointDownwards()
    {
        var wrong =
            from project in Projects.Keys
            from reference in Includes(project, "ProjectReference")
            let target = Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'))
            where !Arrows.Allowed[project].Contains(target)
            select $"{project} -> {target}";

        Findings.AssertNone(wrong);
    }

    [Fact]
    public void Packages_ThatAreConfined_AreReferencedByTheirOwnerOnly()
    {
        var references =
            from project in Projects.Keys
            from package in Includes(project, "PackageReference")
            select (project, package: package == "$(OnnxRuntimePackage)" ? "Microsoft.ML.OnnxRuntime" : package);

        Findings.AssertNone(
            from reference in references
            from confined in Confined.All
            where confined.Covers(reference.package) && !confined.Admits(reference.project)
            select $"{reference.project} -> {reference.package}");
    }

    [Fact]
    public void ModelFormat_DependsOnNothing()
    {
        Assert.Empty(Includes("ResNetService.ModelFormat", "PackageReference"));
        Assert.Empty(Includes("ResNetService.ModelFormat", "ProjectReference"));
        Assert.Empty(Includes("ResNetService.ModelFormat", "FrameworkReference"));
    }

    [Fact]
    public void WebSdk_IsTheApisAlone()
    {
        var web = Projects
            .Where(project => (string?)project.Value.Root!.Attribute("Sdk") != "Microsoft.NET.Sdk" || Includes(project.Key, "FrameworkReference").Any())
            .Select(project => project.Key);

        Assert.Equal(["ResNetService.Api"], web);
    }

    [Fact]
    public void PackageReferences_LeaveVersionsToTheCentralFile() =>
        Findings.AssertNone(
            from project in Projects
            from reference in project.Value.Descendants("PackageReference")
            where reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null
            select $"{project.Key}: {reference.Attribute("Include")?.Value}");
}
