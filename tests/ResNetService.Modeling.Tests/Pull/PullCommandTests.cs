using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using ResNetService.Inference;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Tests.Commands;
using ResNetService.Modeling.Weights.Safetensors;

namespace ResNetService.Modeling.Tests.Pull;

/// <summary><c>resnet pull</c> as a user calls it: a team's own catalogue, whose one file lies on a loopback server.</summary>
public sealed class PullCommandTests : IDisposable
{
    private const string Url = "https://weights.invalid/files/tiny.safetensors";

    private static readonly byte[] Weights = MakeWeights();

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("resnet-pull-command-");

    private static string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Weights));

    private string ModelDirectory => Path.Combine(_root.FullName, "models", "tiny", "1");

    private string Cache => Path.Combine(_root.FullName, "cache");

    private string Kept => Path.Combine(Cache, $"tiny-{Sha256[..8]}.safetensors");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Pull_PublishedWeights_IsAModelThatServes()
    {
        await using var server = await LoopbackServer.StartAsync(Answers.File(Weights));

        var (code, output, error) = await PullAsync(server);

        Assert.True(code == 0, error);
        Assert.Contains("as published, SHA-256 " + Sha256[..8], output, StringComparison.Ordinal);
        Assert.Contains("published, not measured here: 91.5 % top-1, 99.75 % top-5 on CIFAR-10 test (https://weights.invalid/card)", output, StringComparison.Ordinal);
        Assert.Equal("/mirrored/files/tiny.safetensors", Assert.Single(server.Requests).Path);
        Assert.False(Directory.Exists(Cache));

        await using var inference = await ResNetInference.OpenAsync(ModelDirectory);
        var manifest = inference.Model.Manifest;
        Assert.Equal(new Provenance(Url, "CC0-1.0", Sha256), manifest.Provenance);
        Assert.Equal(new PreprocessingSpec { InputSize = 32, Resize = 36, Interpolation = Interpolation.Bicubic, Mean = [0.5, 0.5, 0.5], Std = [0.5, 0.5, 0.5] }, manifest.Preprocessing);
        Assert.Equal("resnet20-cifar", manifest.Architecture);
        Assert.Equal(LabelSets.Cifar10, manifest.Labels);
        Assert.Null(manifest.Accuracy);
        Assert.True(inference.Model.Explains);

        var (classified, answer, _) = await RunAsync("classify", ModelDirectory, Path.Combine(Repository.Root, "samples", "cat.jpg"), "--json");
        Assert.Equal(0, classified);
        Assert.Contains("\"predictions\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_Keep_NeedsNoServerTheSecondTime()
    {
        await using var server = await LoopbackServer.StartAsync(Answers.File(Weights));

        Assert.Equal(0, (await PullAsync(server, "--keep")).Code);
        Assert.Equal([Kept], Directory.GetFiles(Cache));
        Assert.Equal(0, (await PullAsync(server, "--force")).Code);

        Assert.Single(server.Requests);
        Assert.Equal([Kept], Directory.GetFiles(Cache));
    }

    [Fact]
    public async Task Pull_ModelThatIsThere_IsKeptBeforeAnythingIsDownloaded()
    {
        await using var server = await LoopbackServer.StartAsync(Answers.File(Weights));
        Directory.CreateDirectory(ModelDirectory);
        File.WriteAllText(Path.Combine(ModelDirectory, "model.onnx"), "mine");

        var (code, _, error) = await PullAsync(server);

        Assert.Equal((1, 0), (code, server.Requests.Count));
        Assert.Contains("--force", error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(ModelDirectory, "model.onnx")));
    }

    [Fact]
    public async Task Pull_FileThatIsNotThere_SaysSoAndLeavesNothing()
    {
        await using var server = await LoopbackServer.StartAsync(Answers.Status(StatusCodes.Status404NotFound));

        var (code, _, error) = await PullAsync(server);

        Assert.Equal(1, code);
        Assert.StartsWith($"resnet: {server.Address}mirrored/files/tiny.safetensors answered 404 (Not Found)", error, StringComparison.Ordinal);
        Assert.Equal(["own.json"], _root.EnumerateFileSystemInfos().Select(entry => entry.Name));
    }

    /// <summary>The host does not exist: only by the proxy can it be reached.</summary>
    [Fact]
    public async Task Pull_ByAProxyOfTheEnvironment_ReachesTheMirror()
    {
        await using var proxy = await LoopbackServer.StartAsync(Answers.File(Weights));
        using var process = new ResNetProcess(
            new Dictionary<string, string> { ["HTTP_PROXY"] = proxy.Address.AbsoluteUri, ["http_proxy"] = proxy.Address.AbsoluteUri, ["NO_PROXY"] = "", ["no_proxy"] = "" },
            Arguments("http://mirror.invalid"));

        var error = await process.Error.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.True(await process.ExitCodeAsync() == 0, error);
        Assert.Equal("mirror.invalid", Assert.Single(proxy.Requests).Host);
        Assert.EndsWith("percent: 100 of 100" + Environment.NewLine, error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(ModelDirectory, "manifest.json")));
    }

    [Theory]
    [InlineData("pull")]
    [InlineData("pull", "--list")]
    public async Task Pull_WithoutAName_ListsTheCatalogue(params string[] arguments)
    {
        var (code, output, _) = await RunAsync(arguments);

        Assert.Equal(0, code);
        Assert.Contains("resnet50.tv2_in1k      97.79 MiB   80.86   95.43  224 of 232, bilinear  BSD-3-Clause", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the catalogue has no weights 'resnet50.tv3_in1k'; did you mean 'resnet50.tv2_in1k'?; 'resnet pull --list' names those that it has", 1, "resnet50.tv3_in1k")]
    [InlineData("--mirror is 'ftp://x'; it must be an address such as https://mirror.example/weights", 2, "resnet18", "--mirror", "ftp://x")]
    [InlineData("nowhere.json: does not exist", 1, "resnet18", "--catalogue", "nowhere.json")]
    [InlineData("--cache is empty", 2, "resnet18", "--cache", "")]
    public async Task Pull_WrongCalls_SayWhatIsWrong(string message, int exitCode, params string[] arguments)
    {
        var (code, _, error) = await RunAsync(["pull", .. arguments]);

        Assert.Equal(exitCode, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private static byte[] MakeWeights()
    {
        using var network = Architecture.Find("resnet20-cifar").Build();
        var path = Path.GetTempFileName();
        SafetensorsWriter.Write(path, network.state_dict().Select(tensor => tensor.Value.ToSafetensors(tensor.Key)));
        var weights = File.ReadAllBytes(path);
        File.Delete(path);
        return weights;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await ResNetCommand.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private Task<(int Code, string Output, string Error)> PullAsync(LoopbackServer server, params string[] more) =>
        RunAsync([.. Arguments(new Uri(server.Address, "/mirrored/").AbsoluteUri), .. more]);

    private string[] Arguments(string mirror)
    {
        var catalogue = Path.Combine(_root.FullName, "own.json");
        File.WriteAllText(catalogue, $$"""
            {
              "schemaVersion": 1,
              "weights": [
                {
                  "name": "tiny",
                  "architecture": "resnet20-cifar",
                  "url": "{{Url}}",
                  "sha256": "{{Sha256[..8]}}",
                  "size": "{{Weights.Length}} bytes",
                  "licence": "CC0-1.0",
                  "labels": "cifar10",
                  "preprocessing": {"inputSize": 32, "resize": 36, "interpolation": "bicubic", "colorOrder": "rgb", "scale": 0.00392156862745098, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
                  "accuracy": {"top1": 0.915, "top5": 0.9975, "dataset": "CIFAR-10 test", "source": "https://weights.invalid/card"}
                }
              ]
            }
            """);
        return ["pull", "tiny", "--catalogue", catalogue, "--mirror", mirror, "--output", ModelDirectory, "--cache", Cache];
    }
}
