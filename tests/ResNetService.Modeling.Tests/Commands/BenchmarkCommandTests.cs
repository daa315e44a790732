using System.Globalization;
using System.Text.Json;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Commands;

/// <summary><c>resnet benchmark</c> as a user meets it.</summary>
public sealed class BenchmarkCommandTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Benchmark_ShippedModel_NamesTheMachineAndGivesALineForEachSize()
    {
        var (code, output, error) = await Run("benchmark", Shipped, "--provider", "cpu", "--batch", "1,3", "--seconds", "0.05", "--threads", "2", "--runners", "2");

        Assert.True(code == 0, error);
        var lines = output.Split(Environment.NewLine);
        Assert.Equal($"model      {Shipped} (resnet20-cifar, fp32)", lines[0]);
        Assert.StartsWith("provider   cpu: CPU (", lines[1], StringComparison.Ordinal);
        Assert.Equal("runs       2 at once, threads of each: 2; 0.05 s a line after warm-up", lines[3]);
        Assert.Equal("images     2: the photographs in this program", lines[4]);
        Assert.Equal(["batch", "images/s", "p50,", "ms", "p95,", "ms", "p99,", "ms", "runs"], Words(lines[6]));
        Assert.Equal([("graph", "1"), ("graph", "3"), ("pipeline", "1"), ("pipeline", "3")], lines[7..11].Select(Words).Select(words => (words[0], words[1])));
        foreach (var numbers in lines[7..11].Select(line => Words(line)[2..].Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray()))
        {
            Assert.All(numbers, number => Assert.True(number > 0));
            Assert.True(numbers[1] <= numbers[2] && numbers[2] <= numbers[3], string.Join(' ', numbers));
        }
    }

    [Fact]
    public async Task Benchmark_Json_IsTheReportByNames()
    {
        var (code, output, error) = await Run("benchmark", Shipped, "--provider", "cpu", "--batch", "2", "--seconds", "0.05", "--json");

        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(
            ["model", "architecture", "precision", "provider", "device", "instructionSet", "threads", "runners", "seconds", "images", "imageSource", "measurements"],
            json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal((1, Environment.ProcessorCount), (json.RootElement.GetProperty("threads").GetInt32(), json.RootElement.GetProperty("runners").GetInt32()));
        foreach (var measured in json.RootElement.GetProperty("measurements").EnumerateArray())
            Assert.Equal(["what", "batch", "runs", "imagesPerSecond", "p50Ms", "p95Ms", "p99Ms"], measured.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Benchmark_FloatGraphFromElsewhere_IsFedAsTheServiceFeedsIt()
    {
        using var models = new TinyModelRepository();
        models.Add("float", "1", TinyOnnx.MeanChannel(TinyModelRepository.Size), TinyModelRepository.Manifest("input", "float32", "nchw", "output"));

        var (code, output, error) = await Run("benchmark", Path.Combine(models.Path, "float", "1"), "--provider", "cpu", "--seconds", "0.02");

        Assert.True(code == 0, error);
        Assert.Equal(2, output.Split(Environment.NewLine).Count(line => line.StartsWith("pipeline", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData("libabsent.so", "libabsent.so")]
    public async Task Benchmark_CudaAskedForAndAbsent_IsAFailureAndNotTheCpu(string library, string named)
    {
        string[] more = library.Length == 0 ? [] : ["--cuda-library", library];

        var (code, output, error) = await Run(["benchmark", Shipped, "--provider", "cuda", "--seconds", "0.05", .. more]);

        Assert.Equal(ExitCode.Failure, code);
        Assert.Empty(output);
        Assert.StartsWith("resnet: Execution:Provider is cuda, and CUDA cannot be had: ", error, StringComparison.Ordinal);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Benchmark_WrongOptions_AreAllNamedAtOnce()
    {
        var (code, _, error) = await Run(
            "benchmark", "m", "--provider", "gpu", "--batch", "8,0", "--threads", "0", "--runners", "65", "--seconds", "601", "--device", "-1");

        Assert.Equal(ExitCode.Usage, code);
        foreach (var fault in new[]
        {
            "--provider is 'gpu'; it must be auto, cpu, cuda",
            "--batch is '8,0'; it must be whole numbers from 1 to 1024",
            "--threads is '0'; it must be a whole number from 1 to 1024",
            "--runners is '65'; it must be a whole number from 1 to 64",
            "--seconds is '601'; it must be a number from 0.01 to 600",
            "--device is '-1'; it must be a whole number from 0 to 64",
        })
        {
            Assert.Contains(fault, error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--seconds NaN", "--seconds is 'NaN'; it must be a number from 0.01 to 600")]
    [InlineData("--provider cpu --cuda-graphs", "--cuda-graphs needs a GPU, and --provider is cpu")]
    public async Task Benchmark_WhatCannotBe_IsWrongUsage(string options, string message)
    {
        var (code, _, error) = await Run(["benchmark", "m", .. options.Split(' ')]);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Benchmark_Folder_TakesItsImagesAndPassesOverOtherFiles()
    {
        _folder.Write(Path.Combine("images", "README.md"), "not an image"u8.ToArray());
        _folder.Write(Path.Combine("images", "a.png"), TinyImage.Png(40, 30, 1, 2, 3));
        var images = Path.Combine(_folder.Path, "images");

        var (code, output, error) = await Run("benchmark", Shipped, "--provider", "cpu", "--batch", "2", "--seconds", "0.02", "--images", images);

        Assert.True(code == 0, error);
        Assert.Contains($"images     1: {images}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("absent", "there is no folder")]
    [InlineData("", "holds no image")]
    public async Task Benchmark_NoImages_IsAFailure(string folder, string message)
    {
        var (code, _, error) = await Run("benchmark", Shipped, "--images", Path.Combine(_folder.Path, folder));

        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    /// <summary>An image whose header is good and whose pixels end early.</summary>
    [Fact]
    public async Task Benchmark_BrokenImage_IsNamed()
    {
        var png = TinyImage.Png(40, 30, 1, 2, 3);
        _folder.Write("broken.png", png[..^30]);

        var (code, _, error) = await Run("benchmark", Shipped, "--provider", "cpu", "--seconds", "0.02", "--images", _folder.Path);

        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("broken.png: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Benchmark_CtrlC_Ends()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends a signal");
        using var process = new ResNetProcess("benchmark", Shipped, "--provider", "cpu", "--batch", string.Join(',', Enumerable.Range(1, 10)), "--seconds", "0.2");
        await ResNetProcess.ReadToAsync(process.Error, $"benchmarking {Shipped}: ");

        await process.InterruptAsync();

        Assert.Equal(ExitCode.Interrupted, await process.ExitCodeAsync());
        Assert.EndsWith("resnet: interrupted" + Environment.NewLine, await process.Error.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await ResNetCommand.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
