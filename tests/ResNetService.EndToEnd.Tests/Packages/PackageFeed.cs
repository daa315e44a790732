using System.IO.Compression;
using System.Xml.Linq;

namespace ResNetService.EndToEnd.Tests.Packages;

/// <summary>
/// The three libraries, packed once for all tests of them under a version that no machine has seen before, in a folder outside the
/// repository; and programs beside it that know them as packages alone.
/// </summary>
public sealed class PackageFeed : IAsyncLifetime
{
    internal static readonly string[] Libraries = ["ResNetService.ModelFormat", "ResNetService.Imaging", "ResNetService.Inference"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resnet-packages-");

    private string Feed => Path.Combine(_folder.FullName, "feed");

    private readonly string _suffix = $"test.{Guid.NewGuid():N}";

    internal string Version => $"{ProductVersion.Prefix}-{_suffix}";

    public async ValueTask InitializeAsync()
    {
        // An output of its own: another version must not be left in the repository's.
        foreach (var library in Libraries)
        {
            await ShellCommand.RunAsync(
                $"dotnet pack -c Release src/{library} -p:VersionSuffix={_suffix} -o '{Feed}' --artifacts-path '{_folder.FullName}/artifacts'",
                TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    internal ZipArchive Open(string library, string extension = "nupkg") =>
        ZipFile.OpenRead(Path.Combine(Feed, $"{library}.{Version}.{extension}"));

    internal XElement Metadata(string library)
    {
        using var package = Open(library);
        using var stream = package.GetEntry($"{library}.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        foreach (var element in metadata.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        return metadata;
    }

    /// <summary>Builds a program that references one package and nothing else of ours, and gives the command that runs it.</summary>
    /// <param name="sdk">Of the project file.</param>
    internal async Task<string> BuildProgramAsync(string name, string sdk, string library, string source, CancellationToken cancellationToken)
    {
        var project = Directory.CreateDirectory(Path.Combine(_folder.FullName, name)).FullName;
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), source, cancellationToken);
        // The user's own sources stay, and so do the packages that are unpacked already; ours go to a folder that goes with the test.
        await File.WriteAllTextAsync(Path.Combine(project, "nuget.config"), $"""
            <configuration>
              <packageSources><add key="packed" value="{Feed}" /></packageSources>
            </configuration>
            """, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(project, $"{name}.csproj"), $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestorePackagesPath>{_folder.FullName}/restored</RestorePackagesPath>
                <RestoreFallbackFolders>{UserPackages.Folder}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{library}" Version="{Version}" />
              </ItemGroup>
            </Project>
            """, cancellationToken);
        await ShellCommand.RunAsync($"dotnet build -c Release '{project}' -o '{project}/out'", cancellationToken);
        return $"dotnet '{project}/out/{name}.dll'";
    }
}
