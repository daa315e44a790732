using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace ResNetService.EndToEnd.Tests.Packages;

public sealed class ToolPackageTests
{
    /// <summary>What the public registry takes, in bytes.</summary>
    private const long LargestPackage = 250_000_000;

    private static string[] Platforms { get; } = XDocument
        .Load(Path.Combine(Repository.Root, "src", "ResNetService.Modeling", "ResNetService.Modeling.csproj"))
        .Descendants("ToolPackageRuntimeIdentifiers").Single().Value.Split(';');

    [Fact]
    public async Task Tool_PackedAndInstalled_ListsDescribesAndTellsItsVersion()
    {
        var platform = RuntimeInformation.RuntimeIdentifier;
        Assert.SkipUnless(Platforms.Contains(platform), $"resnet is packed for {string.Join(", ", Platforms)}, and this is {platform}");
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("resnet-tool-");
        try
        {
            // The one that leads to the others, and this platform's.
            var suffix = $"test.{Guid.NewGuid():N}";
            var pack = $"dotnet pack -c Release src/ResNetService.Modeling -p:VersionSuffix={suffix} -o '{folder.FullName}/feed' --artifacts-path '{folder.FullName}/artifacts'";
            await ShellCommand.RunAsync(pack, token);
            await ShellCommand.RunAsync($"{pack} -r {platform}", token);
            var version = $"{ProductVersion.Prefix}-{suffix}";
            Assert.InRange(new FileInfo($"{folder.FullName}/feed/resnet.{platform}.{version}.nupkg").Length, 1, LargestPackage);

            await ShellCommand.RunAsync($"dotnet tool install resnet --version {version} --tool-path '{folder.FullName}/bin' --add-source '{folder.FullName}/feed'", token);

            var resnet = $"'{folder.FullName}/bin/resnet'";
            Assert.Contains("resnet152", await ShellCommand.RunAsync($"{resnet} list", token), StringComparison.Ordinal);
            Assert.Contains("11,689,512", await ShellCommand.RunAsync($"{resnet} describe resnet18", token), StringComparison.Ordinal);
            Assert.StartsWith(version, await ShellCommand.RunAsync($"{resnet} --version", token), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
