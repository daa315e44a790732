using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Experiments;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Experiments;

[Collection(TrainingCollection.Name)]
public sealed class ExperimentCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public static TheoryData<string> Names => [.. Experiment.All.Select(e => e.Name)];

    private string Output => Path.Combine(_folder.Path, "output");

    [Fact]
    public async Task Experiment_TrainedNetworks_AreUsedAgain()
    {
        SyntheticImages.WriteFolder(_folder, "data/train", imagesPerClass: 43, seed: 1);
        SyntheticImages.WriteFolder(_folder, "data/test", imagesPerClass: 2, seed: 2);
        string[] arguments = ["experiment", "degradation", "--data", Path.Combine(_folder.Path, "data"), "--network", "resnet20-cifar", "--epochs", "1", "--output", Output];

        Assert.Equal(ExitCode.Success, await RunAsync(arguments));
        Assert.Matches("^resnet20-cifar, epoch 1/1: train error .* test error ", _output.ToString());
        var weights = File.GetLastWriteTimeUtc(Path.Combine(Output, "resnet20-cifar", "weights.safetensors"));
        _output.GetStringBuilder().Clear();

        Assert.Equal(ExitCode.Success, await RunAsync(arguments));
        Assert.Equal($"{Path.Combine(Output, "degradation.md")}: findings, plots and numbers{Environment.NewLine}", _output.ToString());
        Assert.Equal(weights, File.GetLastWriteTimeUtc(Path.Combine(Output, "resnet20-cifar", "weights.safetensors")));
        Assert.Contains($"resnet {string.Join(' ', arguments)}", File.ReadAllText(Path.Combine(Output, "degradation.md")));

        Assert.Equal(ExitCode.Failure, await RunAsync([.. arguments, "--seed", "2"]));
        Assert.Contains("--seed: was 1, now 2", _error.ToString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Experiment_EveryOne_ExplainsItself(string name)
    {
        Assert.Equal(ExitCode.Success, await RunAsync("experiment", name, "--help"));
        Assert.Contains(Experiment.All.Single(e => e.Name == name).Question, _output.ToString());
        Assert.Contains($"[default: {Path.Combine("runs", "experiments", name)}]", _output.ToString());
    }

    [Fact]
    public async Task Experiment_WronglyCalled_NamesEveryFault()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("experiment", "unravel", "--full", "--quick", "--threads", "0", "--epochs", "0"));

        Assert.Contains("resnet: Option '--data' is required.", _error.ToString());
        Assert.Contains("resnet: --full and --quick exclude each other", _error.ToString());
        Assert.Contains("resnet: --threads is 0; it must be 1 to 1024", _error.ToString());
        Assert.Contains("resnet: --epochs is '0'; it must be a whole number of 1 or more", _error.ToString());
        Assert.Contains("resnet: see 'resnet experiment unravel --help'", _error.ToString());
    }

    [Theory]
    [InlineData("--threads", "many", "resnet: --threads is 'many'; it must be a whole number")]
    [InlineData("--epochs", "0", "resnet: --epochs is '0'; it must be a whole number of 1 or more")]
    [InlineData("--seed", "0.5", "resnet: --seed is '0.5'; it must be a whole number")]
    [InlineData("--network", "", "resnet: --network is empty")]
    public async Task Experiment_WrongWord_IsWrongUsage(string option, string value, string expected)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("experiment", "degradation", "--quick", "--data", _folder.Path, option, value));
        Assert.Equal($"{expected}{Environment.NewLine}resnet: see 'resnet experiment degradation --help'{Environment.NewLine}", _error.ToString());
    }

    [Fact]
    public async Task Experiment_NoData_FailsAndSaysWhatIsExpected()
    {
        Assert.Equal(ExitCode.Failure, await RunAsync("experiment", "responses", "--data", _folder.Path, "--output", Output));
        Assert.Contains("it must hold a folder of images for each of two or more classes", _error.ToString());
        Assert.False(Directory.Exists(Output));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    private Task<int> RunAsync(params string[] arguments) => ResNetCommand.RunAsync(arguments, _output, _error);
}
