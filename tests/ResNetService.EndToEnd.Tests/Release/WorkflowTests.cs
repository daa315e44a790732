using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using YamlDotNet.RepresentationModel;

namespace ResNetService.EndToEnd.Tests.Release;

/// <summary>The public workflow reads as YAML, asks for no right that it does not need, and calls what exists.</summary>
public sealed partial class WorkflowTests
{
    private static readonly YamlMappingNode Workflow = Yaml.Read(".github/workflows/ci.yml");

    private static readonly YamlMappingNode[] Steps =
        [.. ((YamlMappingNode)Workflow["jobs"]).Children.Values.SelectMany(job => (YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>()];

    [Fact]
    public void Permissions_AreToReadTheSources()
    {
        var permission = Assert.Single(((YamlMappingNode)Workflow["permissions"]).Children);

        Assert.Equal(("contents", "read"), (permission.Key.ToString(), permission.Value.ToString()));
        Assert.DoesNotContain(((YamlMappingNode)Workflow["jobs"]).Children.Values, job => ((YamlMappingNode)job).Children.ContainsKey("permissions"));
    }

    [Fact]
    public void Actions_AreOfAKnownMajorVersion() =>
        Assert.All(Values("uses"), action => Assert.Matches(@"^(actions|docker)/[\w-]+@v\d+$", action));

    [Fact]
    public void Commands_NameFilesThatExist()
    {
        var named = Values("run").SelectMany(command => RepositoryPath().Matches(command)).Select(match => match.Value).ToArray();

        Assert.Contains(".ci/run", named);
        Assert.All(named, path => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), path));
    }

    /// <summary>Else the machine ends it without a word.</summary>
    [Fact]
    public void Tests_MayTakeAsLongAsTheirScriptLetsThem()
    {
        var budget = Regex.Match(File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")), @"^budget_seconds=(\d+)$", RegexOptions.Multiline).Groups[1].Value;
        var limit = TimeSpan.FromMinutes(int.Parse(Workflow["jobs"]["test"]["timeout-minutes"].ToString(), null));

        Assert.InRange(limit, TimeSpan.FromSeconds(int.Parse(budget, null)) + TimeSpan.FromMinutes(10), TimeSpan.FromHours(6));
    }

    [Fact]
    public void Images_AreBuiltOfEveryDockerfile()
    {
        var built = ((YamlSequenceNode)Workflow["jobs"]["images"]["strategy"]["matrix"]["include"]).Select(row => row["file"].ToString());

        Assert.Equal(ContainerFileTests.Dockerfiles.Select(row => row.Data), built);
    }

    [Fact]
    public void Packages_AreOfEveryProjectThatIsOne_AndOfEveryPlatformOfTheTool()
    {
        var projects = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => (Folder: "src/" + Path.GetFileName(Path.GetDirectoryName(file)), Project: XDocument.Load(file)))
            .Where(p => (string?)p.Project.Descendants("IsPackable").FirstOrDefault() == "true");
        var expected = projects.SelectMany(p => new[] { p.Folder }.Concat(
            p.Project.Descendants("ToolPackageRuntimeIdentifiers").SelectMany(platforms => platforms.Value.Split(';')).Select(platform => $"{p.Folder} -r {platform}")));

        var packed = Values("run").Where(command => command.StartsWith("dotnet pack ", StringComparison.Ordinal)).Select(command => command[command.IndexOf("src/", StringComparison.Ordinal)..]);

        Assert.Equal(expected.Order(StringComparer.Ordinal), packed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void UpdatesAndDevelopmentContainer_CanBeRead()
    {
        Assert.Equal("2", Yaml.Read(".github/dependabot.yml")["version"].ToString());
        using var container = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, ".devcontainer", "devcontainer.json")));
        Assert.StartsWith("mcr.microsoft.com/devcontainers/dotnet:", container.RootElement.GetProperty("image").GetString(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Values(string key) =>
        Steps.Where(step => step.Children.ContainsKey(key)).Select(step => step[key].ToString());

    [GeneratedRegex(@"(?<=^|\s)(?:src|tests|docker|\.ci)/[\w./-]+")]
    private static partial Regex RepositoryPath();
}
