using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Experiments;
using ResNetService.Modeling.Tests.Training;
using ResNetService.Modeling.Training;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Safetensors;

namespace ResNetService.Modeling.Tests.Experiments;

[Collection(TrainingCollection.Name)]
public sealed class NetworkTrainingsTests : IDisposable
{
    private static readonly Architecture Network = Architecture.Find("resnet20-cifar");

    private readonly ExperimentFolder _folder = new();

    private TrainingOutput Output => new(Path.Combine(_folder.Run().Options.Runs, Network.Name));

    [Fact]
    public void Get_FinishedTraining_IsUsedWithoutReadingAnImage()
    {
        var first = Get();
        File.Delete(Output.Checkpoint);
        _folder.Begun.Clear();

        var again = Get();

        Assert.Empty(_folder.Begun);
        Assert.Equal(first.Epochs, again.Epochs);
        Assert.Equal("8", again.Settings["--batch-size"]);
        using var network = again.Load(classes: 3);
        Assert.False(network.training);
    }

    [Fact]
    public void Get_FinishedWithOtherSettings_NamesEachUnlessAnyWillDo()
    {
        Get();
        var recipe = ExperimentFolder.Recipe with { TrainImages = 12, Options = ExperimentFolder.Recipe.Options with { Epochs = 3, LearningRate = 0.5 } };

        var message = Assert.Throws<ExperimentException>(() => Get(recipe)).Message;

        Assert.StartsWith($"{Output.Directory} holds a training with other settings; ", message);
        Assert.Contains("--epochs: was 1, now 3", message);
        Assert.Contains("--learning-rate: was 0.01, now 0.5", message);
        Assert.Contains("training images: was 18, now 12", message);
        Assert.Equal(3, message.Split(Environment.NewLine).Length - 1);
        Assert.Single(Get(recipe, anySettings: true).Epochs);
    }

    /// <summary>A training by another version of the program, which has other options beside those that both know.</summary>
    [Fact]
    public void Get_SettingsOfWhichOneSideKnowsMore_AreNoDifference()
    {
        Get();
        List<SafetensorsTensor> tensors;
        Dictionary<string, string> metadata;
        using (var network = Network.Build(classes: 3))
        using (var file = WeightFile.Open(Output.Weights))
        {
            tensors = [.. network.state_dict().Select(t => t.Value.ToSafetensors(t.Key))];
            metadata = file.Metadata.Where(m => m.Key != "--momentum").Append(new("--smoothing", "0.1")).ToDictionary();
        }

        SafetensorsWriter.Write(Output.Weights, tensors, metadata);

        Assert.Equal("0.1", Get().Settings["--smoothing"]);
    }

    [Fact]
    public void Get_InterruptedTraining_GoesOn()
    {
        var recipe = ExperimentFolder.Recipe with { Options = ExperimentFolder.Recipe.Options with { Epochs = 2 } };
        using (var training = TrainingRun.Open(Network, new ExperimentData(_folder.Run(), recipe).Images, Output, recipe.Options, resume: false, TimeProvider.System))
            training.RunEpoch(new Progress<int>(), CancellationToken.None);

        var trained = Get(recipe);

        Assert.Equal([1, 2], trained.Epochs.Select(e => e.Epoch));
        Assert.StartsWith("resnet20-cifar, epoch 2/2: train error ", Assert.Single(_folder.Said));
    }

    [Fact]
    public void Get_TrainingDiverges_SaysWhyAndHasNothingToMeasure()
    {
        var trained = Get(ExperimentFolder.Recipe with { Options = ExperimentFolder.Recipe.Options with { LearningRate = 1e30 } });

        Assert.Contains("diverged", trained.Failure);
        Assert.Contains("diverged", Assert.Throws<ExperimentException>(() => trained.Load(classes: 3)).Message);
    }

    [Fact]
    public void Read_HistoryOfOtherColumns_FindsThemByName()
    {
        Directory.CreateDirectory(_folder.Output);
        var path = Path.Combine(_folder.Output, "history.csv");
        File.WriteAllLines(path, ["epoch,seconds,ema,test_top1,train_top1", "1,12.5,NaN,0.75,0.5"]);
        Assert.Equal([new EpochErrors(1, 0.5, 0.25, 12.5)], EpochErrors.Read(path));

        File.WriteAllLines(path, ["epoch,seconds,test_top1", "1,12.5,0.75"]);
        Assert.EndsWith("has no column train_top1", Assert.Throws<ExperimentException>(() => EpochErrors.Read(path)).Message);

        File.WriteAllLines(path, ["epoch,seconds,test_top1,train_top1", "1,12.5,0.75,much"]);
        Assert.EndsWith("line 2 is no epoch of a history: 1,12.5,0.75,much", Assert.Throws<ExperimentException>(() => EpochErrors.Read(path)).Message);
    }

    [Fact]
    public void Sample_OfAClassFolder_TakesEachClassItsShare()
    {
        var folder = new ImageFolder("root", ["a", "b"], [.. Enumerable.Range(0, 10).Select(i => new ImageFile($"{i}", i / 5))]);

        Assert.Equal(["0", "2", "5", "7"], ExperimentData.Sample(folder, 4).Files.Select(f => f.Path));
        Assert.Same(folder, ExperimentData.Sample(folder, 10));
        Assert.Same(folder, ExperimentData.Sample(folder, null));
    }

    public void Dispose() => _folder.Dispose();

    private NetworkTraining Get(TrainingRecipe? recipe = null, bool anySettings = false)
    {
        var run = _folder.Run();
        recipe ??= ExperimentFolder.Recipe;
        return new NetworkTrainings(run, new ExperimentData(run, recipe)).Get(Network, recipe.Options, anySettings);
    }
}
