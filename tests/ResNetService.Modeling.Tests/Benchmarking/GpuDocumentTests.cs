using System.Text.RegularExpressions;
using ResNetService.Inference.Execution;
using ResNetService.Modeling.Commands;

namespace ResNetService.Modeling.Tests.Benchmarking;

/// <summary>What docs/gpu.md tells a user to type is understood; what it promises of the GPU needs one.</summary>
public sealed partial class GpuDocumentTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "docs");
    private static readonly string Document = File.ReadAllText(Path.Combine(Folder, "gpu.md"));
    private static readonly string Dockerfile = File.ReadAllText(Path.Combine(Repository.Root, "docker", "Dockerfile.cuda"));

    public static TheoryData<string> Commands => [.. Command().Matches(Document).Select(match => match.Groups[1].Value)];

    [Fact]
    public void Commands_AreThere() => Assert.InRange(Commands.Count, 6, 20);

    [Theory]
    [MemberData(nameof(Commands))]
    public void Commands_ItShows_AreUnderstood(string command) => Assert.Empty(ResNetCommand.Create().Parse(command).Errors);

    [Fact]
    public void Stages_ItBuilds_AreInTheDockerfile()
    {
        var targets = Target().Matches(Document).Select(match => match.Groups[1].Value).ToArray();

        Assert.Equal(["resnet", "service"], targets);
        Assert.All(targets, target => Assert.Matches($"(?m)^FROM .* AS {target}$", Dockerfile));
        // What is built where none is named.
        Assert.EndsWith(" AS service", Dockerfile.Split('\n').Last(line => line.StartsWith("FROM ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_ItNames_Exist()
    {
        var names = Setting().Matches(Document).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.NotEmpty(names);
        Assert.Subset(typeof(ExecutionOptions).GetProperties().Select(property => property.Name).ToHashSet(), names);
    }

    /// <summary>The image whose driver the document tries is the one that is built on.</summary>
    [Fact]
    public void CudaImage_IsTheDockerfiles()
    {
        var image = Regex.Match(Dockerfile, "CUDA_IMAGE=(.+)").Groups[1].Value;

        Assert.Contains($"docker run --rm --gpus all {image} nvidia-smi", Document, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_ToFiles_AreThere() =>
        Assert.All(Link().Matches(Document).Select(match => match.Groups[1].Value), link => Assert.True(File.Exists(Path.Combine(Folder, link)), link));

    [GeneratedRegex("(?: -- | resnet:cuda )(benchmark .+)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("--target (\\w+)")]
    private static partial Regex Target();

    [GeneratedRegex("Execution(?::|__)(\\w+)")]
    private static partial Regex Setting();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)\)")]
    private static partial Regex Link();
}
