using ResNetService.EndToEnd.Tests.Readme;

namespace ResNetService.EndToEnd.Tests.Packages;

/// <summary>The programs that the READMEs of the packages show, outside the repository, with the packages and nothing else of it.</summary>
[Collection(PackagesOfTheRepository.Name)]
public sealed class PackagedProgramTests(PackageFeed feed)
{
    private const string Console = "Microsoft.NET.Sdk";
    private const string Web = "Microsoft.NET.Sdk.Web";

    private static string Samples => Path.Combine(Repository.Root, "samples");

    [Fact]
    public async Task Inference_OneModelWithoutAHost_SeesTheCat()
    {
        var token = TestContext.Current.CancellationToken;
        var program = await BuildAsync("OneModel", Console, "ResNetService.Inference", 0, token);

        var printed = await ShellCommand.RunAsync(program, token);

        Assert.StartsWith("cat.jpg cat 0.9", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inference_InAHost_SeesTheCat()
    {
        var token = TestContext.Current.CancellationToken;
        var program = await BuildAsync("FolderOfModels", Web, "ResNetService.Inference", 1, token);

        using var service = await RunningService.StartAsync(
            program, new() { ["Models__Path"] = Path.Combine(Repository.Root, "models") }, token, ready: "/models");
        var answer = await service.RunAsync($"curl -sS --data-binary @{Samples}/cat.jpg http://localhost:8080/classify", token);

        Assert.Contains("\"label\":\"cat\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Imaging_Preprocess_GivesTheBytesOfAnImage()
    {
        var token = TestContext.Current.CancellationToken;
        var program = await BuildAsync("Pixels", Console, "ResNetService.Imaging", 0, token);

        Assert.Equal("451x300 became 150528 bytes, [224, 224, 3]", (await ShellCommand.RunAsync(program, token)).Trim());
    }

    [Fact]
    public async Task ModelFormat_Read_GivesTheManifest()
    {
        var token = TestContext.Current.CancellationToken;
        var program = await BuildAsync("Manifest", Console, "ResNetService.ModelFormat", 0, token);

        Assert.Equal("resnet20-cifar: 10 classes, 32 pixels a side", (await ShellCommand.RunAsync(program, token)).Trim());
    }

    /// <summary>The program of a README, which finds what it opens although it is run at the root of the repository.</summary>
    private Task<string> BuildAsync(string name, string sdk, string library, int block, CancellationToken cancellationToken)
    {
        var source = ReadmeDocument.Read($"src/{library}").Blocks.Where(b => b.Language == "csharp").ElementAt(block).Text;
        return feed.BuildProgramAsync(name, sdk, library, source.Replace("(\"cat.jpg\")", "(\"samples/cat.jpg\")", StringComparison.Ordinal), cancellationToken);
    }
}
