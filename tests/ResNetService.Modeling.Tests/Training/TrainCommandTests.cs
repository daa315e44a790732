using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Tests.Commands;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Training;

[Collection(TrainingCollection.Name)]
public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private string Data => Path.Combine(_folder.Path, "data");

    private TrainingOutput Run => new(Path.Combine(_folder.Path, "run"));

    [Fact]
    public async Task Train_ClassFolders_GivesWeightsThatExportTakes()
    {
        WriteData();
        Assert.Equal(ExitCode.Success, await TrainAsync("--epochs", "2", "--batch-size", "8", "--learning-rate", "0.05"));

        Assert.Matches(@"(?m)^epoch 1/2: train loss \d", _output.ToString());
        Assert.Contains("epoch 2/2: ", _output.ToString());
        var model = Path.Combine(_folder.Path, "models", "colours", "1");
        Assert.Equal(
            ExitCode.Success,
            await ResNetCommand.RunAsync(["export", "resnet20-cifar", "--weights", Run.Weights, "--labels", Run.Classes, "--output", model], _output, _error));
        Assert.Contains($"{model}: resnet20-cifar, 3 classes", _output.ToString());
    }

    [Fact]
    public async Task Train_EveryOptionOutOfRange_IsWrongUsageThatNamesEach()
    {
        Assert.Equal(ExitCode.Usage, await TrainAsync("--epochs", "0", "--batch-size", "0", "--learning-rate", "0", "--weight-decay", "1", "--momentum", "-1", "--threads", "0"));

        Assert.Equal(6, _error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("resnet: --epochs is 0; it must be 1 to 100000", _error.ToString());
        Assert.Contains("resnet: --threads is 0; it must be 1 to 1024", _error.ToString());
        Assert.False(Directory.Exists(Run.Directory));
    }

    [Theory]
    [InlineData("--recipe", "cosine")]
    [InlineData("--freeze", "everything")]
    [InlineData("--epochs", "many")]
    [InlineData("--speed", "1")]
    public async Task Train_UnknownWord_IsWrongUsage(string option, string value)
    {
        Assert.Equal(ExitCode.Usage, await TrainAsync(option, value));
        Assert.Contains(value, _error.ToString());
    }

    [Fact]
    public async Task Train_SizeThatTheNetworkCannotTake_SaysWhichItTakes()
    {
        WriteData();
        string[] arguments = ["train", "prelunet-a", "--size", "96", "--data", Data, "--output", Run.Directory];

        Assert.Equal(ExitCode.Failure, await ResNetCommand.RunAsync(arguments, _output, _error));

        Assert.Contains("prelunet-a cannot take images of 96x96 pixels", _error.ToString());
        Assert.Contains("112 or more", _error.ToString());
        Assert.False(Directory.Exists(Run.Directory));
    }

    [Fact]
    public async Task Train_BatchNormOverASingleValue_IsRefusedBeforeItDividesByZero()
    {
        WriteData();
        string[] arguments = ["train", "resnet18", "--size", "32", "--batch-size", "1", "--data", Data, "--output", Run.Directory];

        Assert.Equal(ExitCode.Failure, await ResNetCommand.RunAsync(arguments, _output, _error));

        Assert.Contains("--batch-size is 1; at 32 pixels a BatchNorm of resnet18 has one value of each channel an image", _error.ToString());
    }

    [Fact]
    public async Task Train_NoData_FailsAndSaysWhatIsExpected()
    {
        Assert.Equal(ExitCode.Failure, await TrainAsync());
        Assert.Contains("must hold train/<class>/<image>", _error.ToString());
    }

    [Fact]
    public async Task Train_CtrlC_LeavesACheckpointThatResumes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends a signal");
        WriteData();
        string[] options = ["--epochs", "3", "--batch-size", "4", "--learning-rate", "0.05"];
        using (var process = new ResNetProcess(Arguments(options)))
        {
            var output = process.Output.ReadToEndAsync(TestContext.Current.CancellationToken);
            await ResNetProcess.ReadToAsync(process.Error, "epoch 1/3");
            await process.InterruptAsync();
            var rest = await process.Error.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Equal(ExitCode.Interrupted, await process.ExitCodeAsync());
            Assert.EndsWith("resnet: interrupted" + Environment.NewLine, rest);
            Assert.DoesNotContain("epoch 3/3", await output);
        }

        Assert.True(File.Exists(Run.Checkpoint));
        Assert.False(File.Exists(Run.Weights));
        Assert.Equal(ExitCode.Success, await TrainAsync([.. options, "--resume"]));
        Assert.Equal(4, File.ReadAllLines(Run.History).Length);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    private void WriteData()
    {
        SyntheticImages.WriteFolder(_folder, "data/train", imagesPerClass: 16, seed: 1);
        SyntheticImages.WriteFolder(_folder, "data/test", imagesPerClass: 4, seed: 2);
    }

    private string[] Arguments(string[] options) => ["train", "resnet20-cifar", "--data", Data, "--output", Run.Directory, .. options];

    private Task<int> TrainAsync(params string[] options) => ResNetCommand.RunAsync(Arguments(options), _output, _error);
}
