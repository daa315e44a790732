using System.Text.Json;
using ResNetService.Inference;
using ResNetService.Inference.Execution;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Safetensors;

namespace ResNetService.Modeling.Tests.Commands;

/// <summary>The command line as a user meets it: output, messages, exit codes, and what is on disk afterwards.</summary>
public sealed class ResNetCommandTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("resnet-command-");

    private string ModelDirectory => Path.Combine(_root.FullName, "models", "tiny", "1");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task List_Json_IsAnArrayOfNamesAndCounts()
    {
        var (code, output, _) = await Run("list", "--json");

        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        var resnet50 = Assert.Single(json.RootElement.EnumerateArray(), n => n.GetProperty("name").GetString() == "resnet50");
        Assert.Equal(["name", "layers", "parameters", "multiplyAdds", "top1Error", "top5Error", "source"], resnet50.EnumerateObject().Select(p => p.Name));
        Assert.Equal(50, resnet50.GetProperty("layers").GetInt32());
        Assert.Equal(25557032, resnet50.GetProperty("parameters").GetInt64());
        Assert.Equal(4089184256, resnet50.GetProperty("multiplyAdds").GetInt64());
        var ofThePaper = Assert.Single(json.RootElement.EnumerateArray(), n => n.GetProperty("name").GetString() == "resnet50-v1");
        Assert.Equal((22.85, 6.71), (ofThePaper.GetProperty("top1Error").GetDouble(), ofThePaper.GetProperty("top5Error").GetDouble()));
    }

    [Fact]
    public async Task Describe_NetworkAndGraph_PrintsTheTableDrawsTheFigureAndSummarisesTheGraph()
    {
        var svg = Path.Combine(_root.FullName, "figure.svg");
        await Run("export", "resnet20-cifar", "--output", ModelDirectory);

        var (code, output, _) = await Run("describe", "resnet20-cifar", "--svg", svg, "--onnx", ModelDirectory);

        Assert.Equal(0, code);
        var lines = output.Split(Environment.NewLine);
        Assert.Equal("layer2  32x16x16  [3x3, 32; 3x3, 32] x 3, stride 2      51,072     12,976,128", lines[3]);
        Assert.Contains(lines, line => line.StartsWith("total", StringComparison.Ordinal) && line.EndsWith("269,722     40,551,040", StringComparison.Ordinal));
        Assert.Contains("19 Conv", output, StringComparison.Ordinal);
        Assert.Equal("svg", System.Xml.Linq.XDocument.Load(svg).Root!.Name.LocalName);
    }

    [Theory]
    [InlineData("describe", 2, "name a network of 'resnet list', or a graph with --onnx")]
    [InlineData("describe --onnx x --svg y", 2, "--svg and --size are of a network")]
    [InlineData("describe resnet18 --size 5000", 2, "--size is 5000; it must be at most 4096")]
    [InlineData("describe resnet18 --size 0", 2, "--size is '0'; it must be a whole number of 1 or more")]
    [InlineData("describe resnet18 --size abc", 2, "--size is 'abc'; it must be a whole number of 1 or more")]
    [InlineData("evaluate m --images x --views nine-crop --record x", 2, "--views is 'nine-crop'; it must be one-crop, ten-crop, multi-scale")]
    [InlineData("train plain20-cifar --data x --zero-gamma", 2, "--zero-gamma is for blocks that end in BatchNorm and have a shortcut, and plain20-cifar has none")]
    [InlineData("describe vgg16 --size 16", 1, "vgg16 cannot take images of 16x16 pixels")]
    [InlineData("describe --onnx absent", 1, "Could not find file")]
    public async Task Run_WhatCannotBe_SaysWhyAndWhatCan(string arguments, int expected, string message)
    {
        var (code, _, error) = await Run(arguments.Split(' '));

        Assert.Equal(expected, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Export_Features_AreInGraphAndManifestWhereTheyAreWanted(bool wanted)
    {
        var (code, _, error) = await Run(["export", "resnet20-cifar", "--output", ModelDirectory, .. wanted ? new[] { "--features" } : []]);
        Assert.True(code == 0, error);

        await using var inference = await ResNetInference.OpenAsync(ModelDirectory);

        Assert.Equal(wanted ? "features" : null, inference.Model.Manifest.Graph.Features);
        Assert.Equal(wanted ? new FeatureMapShape(64, 8, 8) : null, inference.Model.Features);
        Assert.Equal(wanted, inference.Model.Explains);
    }

    [Fact]
    public async Task Export_FeaturesOfANetworkThatDoesNotPool_IsRefused()
    {
        var (code, _, error) = await Run("export", "vgg16", "--features", "--output", ModelDirectory);

        Assert.Equal(1, code);
        Assert.Contains("vgg16 does not end in global average pooling", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(ModelDirectory));
    }

    [Fact]
    public async Task ExportClassifyEvaluate_UntrainedNetwork_WorkOnOneModelDirectory()
    {
        var (exported, output, _) = await Run("export", "resnet20-cifar", "--output", ModelDirectory);
        Assert.Equal(0, exported);
        Assert.Contains("untrained", output, StringComparison.Ordinal);
        Assert.Equal(["manifest.json", "model.onnx"], Directory.GetFiles(ModelDirectory).Select(Path.GetFileName).Order());

        var image = Path.Combine(Repository.Root, "samples", "cat.jpg");
        var (classified, answer, _) = await Run("classify", ModelDirectory, image, "--top-k", "3", "--json");
        Assert.Equal(0, classified);
        using var json = JsonDocument.Parse(answer);
        Assert.Equal(3, json.RootElement[0].GetProperty("predictions").GetArrayLength());
        Assert.Equal(451, json.RootElement[0].GetProperty("width").GetInt32());

        var folder = Directory.CreateDirectory(Path.Combine(_root.FullName, "images", "cat")).FullName;
        File.Copy(image, Path.Combine(folder, "a.jpg"));
        File.Copy(image, Path.Combine(folder, "b.jpg"));
        var (evaluated, result, _) = await Run("evaluate", ModelDirectory, "--images", Path.GetDirectoryName(folder)!, "--record", "two cats", "--json");
        Assert.Equal(0, evaluated);
        using var accuracy = JsonDocument.Parse(result);
        Assert.Equal(2, accuracy.RootElement.GetProperty("images").GetInt32());
        Assert.Contains("\"two cats\"", File.ReadAllText(Path.Combine(ModelDirectory, "manifest.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_FilesOfWhichSomeAreNoImages_AnswersTheOthersAndFails()
    {
        await Run("export", "resnet20-cifar", "--output", ModelDirectory);
        var text = Path.Combine(_root.FullName, "a.txt");
        File.WriteAllText(text, "not an image");

        var absent = Path.Combine(_root.FullName, "absent.jpg");
        var image = Path.Combine(Repository.Root, "samples", "cat.jpg");

        var (code, output, error) = await Run("classify", ModelDirectory, text, absent, image);

        Assert.Equal(1, code);
        Assert.StartsWith(image + Environment.NewLine, output, StringComparison.Ordinal);
        var lines = error.Split(Environment.NewLine);
        Assert.StartsWith($"{text}: The image is in no accepted format; accepted are JPEG", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{absent}: The file cannot be read: Could not find file", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_WeightsThatDoNotFit_ListsTheDifferencesAndLeavesNothing()
    {
        var weights = Path.Combine(_root.FullName, "w.safetensors");
        SafetensorsWriter.Write(weights, [new("fc.weight", [10, 32], ElementType.F32, new byte[10 * 32 * sizeof(float)])]);

        var (code, _, error) = await Run("export", "resnet20-cifar", "--weights", weights, "--output", ModelDirectory);

        Assert.Equal(1, code);
        Assert.Contains("conv1.weight", error, StringComparison.Ordinal);
        Assert.Contains("fc.weight", error, StringComparison.Ordinal);
        Assert.EndsWith("the network is resnet20-cifar with 10 classes; ARCH decides its layers, and --labels its classes" + Environment.NewLine, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(ModelDirectory));
    }

    /// <summary>A network large enough that its export cannot end before the signal comes.</summary>
    [Fact]
    public async Task Export_CtrlC_LeavesNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends a signal");
        using var process = new ResNetProcess("export", "resnet152", "--output", ModelDirectory);
        while (!Directory.EnumerateFileSystemEntries(_root.FullName).Any())
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);

        await process.InterruptAsync();

        Assert.Equal(ExitCode.Interrupted, await process.ExitCodeAsync());
        Assert.Equal("resnet: interrupted" + Environment.NewLine, await process.Error.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root.FullName));
    }

    [Fact]
    public async Task Export_ExistingModel_IsKeptUnlessForced()
    {
        await Run("export", "resnet20-cifar", "--output", ModelDirectory);

        var (refused, _, error) = await Run("export", "resnet20-cifar", "--output", ModelDirectory);
        var (forced, _, _) = await Run("export", "resnet20-cifar", "--output", ModelDirectory, "--force");

        Assert.Equal((1, 0), (refused, forced));
        Assert.Contains("--force", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no network 'resnet19'", 2, "export", "resnet19", "--output", "x")]
    [InlineData("Option '--output' is required", 2, "export", "resnet18")]
    [InlineData("--weights is empty", 2, "export", "resnet18", "--weights", "", "--output", "x")]
    [InlineData("--output is empty", 2, "export", "resnet18", "--output", "")]
    [InlineData("an argument is empty", 2, "classify", "x", "")]
    [InlineData("'7' not recognized. Must be one of:", 2, "export", "resnet18", "--output", "x", "--input", "7")]
    [InlineData("--limit is '0'; it must be a whole number of 1 or more", 2, "evaluate", "x", "--images", "y", "--limit", "0")]
    [InlineData("--limit is 'all'; it must be a whole number of 1 or more", 2, "evaluate", "x", "--images", "y", "--limit", "all")]
    [InlineData("--top-k is '1.5'; it must be a whole number of 1 or more", 2, "classify", "x", "y", "--top-k", "1.5")]
    [InlineData("--epochs is 'many'; it must be a whole number", 2, "train", "resnet18", "--data", "x", "--epochs", "many")]
    [InlineData("--learning-rate is 'low'; it must be a number", 2, "train", "resnet18", "--data", "x", "--learning-rate", "low")]
    [InlineData("There is no directory nowhere", 1, "classify", "nowhere", "a.jpg")]
    [InlineData("'frobnicate'", 2, "frobnicate")]
    public async Task WrongCalls_SayWhatIsWrong(string message, int exitCode, params string[] arguments)
    {
        var (code, _, error) = await Run(arguments);

        Assert.Equal(exitCode, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_IsTheAssemblys()
    {
        var (code, output, _) = await Run("--version");

        Assert.Equal(0, code);
        Assert.StartsWith(typeof(ResNetCommand).Assembly.GetName().Version!.ToString(3), output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await ResNetCommand.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
