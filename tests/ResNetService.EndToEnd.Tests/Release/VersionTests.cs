using System.Reflection;
using System.Text.RegularExpressions;
using ResNetService.EndToEnd.Tests.Architecture;

namespace ResNetService.EndToEnd.Tests.Release;

/// <summary>Directory.Build.props says the version; whatever else says it says the same.</summary>
public sealed partial class VersionTests
{
    [Fact]
    public void Changelog_NewestVersion_IsTheVersion() =>
        Assert.Equal(ProductVersion.Prefix, Read("CHANGELOG.md").Split('\n').Select(line => Version().Match(line)).First(match => match.Success).Groups[1].Value);

    [Theory]
    [InlineData("docker/Dockerfile")]
    [InlineData("docker/Dockerfile.cuda")]
    public void Container_Label_IsTheVersion(string file) =>
        Assert.Contains($"org.opencontainers.image.version=\"{ProductVersion.Prefix}\"", Read(file), StringComparison.Ordinal);

    [Fact]
    public void Assemblies_AllBearTheVersion() =>
        Assert.All(Arrows.Allowed.Keys.Select(Arrows.AssemblyOf), name =>
        {
            var assembly = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
            Assert.Equal(ProductVersion.Prefix, assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]);
        });

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));

    [GeneratedRegex(@"^## \[(\d+\.\d+\.\d+)\]")]
    private static partial Regex Version();
}
