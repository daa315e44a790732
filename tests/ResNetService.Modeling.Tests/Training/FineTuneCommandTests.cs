using ResNetService.Inference;
using ResNetService.Inference.Classification;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Training;

/// <summary>From a folder of photographs to a model that answers: <c>resnet train --init</c>, <c>resnet export</c>, and the pipeline that serves.</summary>
[Collection(TrainingCollection.Name)]
public sealed class FineTuneCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private string Data => Path.Combine(_folder.Path, "data");

    private TrainingOutput Run => new(Path.Combine(_folder.Path, "run"));

    private string Model => Path.Combine(_folder.Path, "models", "own", "1");

    [Fact]
    public async Task FineTune_ShippedModel_GivesAModelThatKnowsTheNewClasses()
    {
        SyntheticImages.WriteFolder(_folder, "data", imagesPerClass: 12, seed: 1);
        var shipped = Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1");

        await RunAsync("train", "resnet20-cifar", "--init", shipped, "--data", Data, "--output", Run.Directory, "--epochs", "4", "--batch-size", "8", "--learning-rate", "0.05");
        await RunAsync("export", "resnet20-cifar", "--weights", Run.Weights, "--labels", Run.Classes, "--output", Model);

        Assert.Contains("30 images of 3 classes to train on, read from disk as they are needed; 6 to choose by, held out", _output.ToString());
        Assert.Equal(6, File.ReadAllLines(Run.HeldOut).Length);
        Assert.Equal(6, await CorrectAsync(File.ReadAllLines(Run.HeldOut)));
    }

    [Fact]
    public async Task FineTune_TrainedImageNetNetwork_LearnsAFewClassesOfPhotographs()
    {
        var weights = CompactWeights.Expand("weights/imagenet-resnet18.compact.safetensors");
        var photographs = SharedData.Require("imagenet/images");
        CopyGroups(photographs, SharedData.Require("imagenet/images.csv"));

        await RunAsync(
            "train", "resnet18", "--init", weights, "--data", Data, "--output", Run.Directory, "--freeze", "all-but-head", "--epochs", "3", "--batch-size", "8", "--learning-rate", "0.05", "--size", "160");
        await RunAsync("export", "resnet18", "--weights", Run.Weights, "--labels", Run.Classes, "--output", Model);

        var manifest = ManifestReader.Read(Path.Combine(Model, ModelManifest.FileName));
        Assert.Equal(PreprocessingSpec.ImageNet with { InputSize = 160, Resize = 183 }, manifest.Preprocessing);
        Assert.Equal(["animal", "thing"], manifest.Labels.Select(label => label.Name));
        var heldOut = File.ReadAllLines(Run.HeldOut);
        Assert.InRange(await CorrectAsync(heldOut), heldOut.Length * 3 / 4, heldOut.Length);
    }

    [Theory]
    [InlineData("--freeze keeps weights as they are, and without --init they are random", "--freeze", "stem")]
    [InlineData("--size is 16; it must be 32 to 1024", "--size", "16")]
    [InlineData("--decoders is 0; it must be 1 to 1024", "--decoders", "0")]
    [InlineData("--zero-gamma is for networks that begin untrained", "--zero-gamma", "--init", "weights")]
    public async Task FineTune_OptionsThatContradict_AreWrongUsage(string problem, params string[] options)
    {
        Assert.Equal(ExitCode.Usage, await ResNetCommand.RunAsync(["train", "resnet18", "--data", Data, .. options], _output, _error));
        Assert.Contains(problem, _error.ToString());
    }

    [Fact]
    public async Task FineTune_CudaThatIsNotThere_IsAnErrorAndNeverTheCpu()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "needs a machine without CUDA");
        SyntheticImages.WriteFolder(_folder, "data", imagesPerClass: 2, seed: 1);
        Assert.Equal(ExitCode.Failure, await ResNetCommand.RunAsync(["train", "resnet20-cifar", "--data", Data, "--output", Run.Directory, "--device", "cuda"], _output, _error));
        Assert.Contains("--device is cuda, and this libtorch finds no CUDA device", _error.ToString());
        Assert.False(Directory.Exists(Run.Directory));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    private async Task RunAsync(params string[] arguments)
    {
        var exit = await ResNetCommand.RunAsync(arguments, _output, _error);
        Assert.True(exit == ExitCode.Success, _error.ToString());
    }

    /// <summary>Two classes of many kinds each: the first 400 of ImageNet's classes are animals, most of the last 500 are things.</summary>
    private void CopyGroups(string photographs, string list)
    {
        foreach (var line in File.ReadLines(list).Skip(1))
        {
            var (file, @class) = (line[..line.LastIndexOf(',')].Trim('"'), int.Parse(line[(line.LastIndexOf(',') + 1)..], null));
            if (@class is < 100 or (>= 500 and < 600))
                _folder.Write(Path.Combine("data", @class < 100 ? "animal" : "thing", file), File.ReadAllBytes(Path.Combine(photographs, file)));
        }
    }

    /// <param name="files">Below the data's folder, each in its class's folder.</param>
    private async Task<int> CorrectAsync(string[] files)
    {
        await using var inference = await ResNetInference.OpenAsync(Model);
        var images = files.Select(file => new EncodedImage(file, File.ReadAllBytes(Path.Combine(Data, file)))).ToArray();
        var answer = await inference.Classifier.ClassifyAsync(new(images), TestContext.Current.CancellationToken);
        return answer.Results.Zip(files).Count(pair => pair.First.Predictions[0].Label == Path.GetDirectoryName(pair.Second));
    }
}
