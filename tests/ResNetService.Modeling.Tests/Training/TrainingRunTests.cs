using Microsoft.Extensions.Time.Testing;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Training;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Import;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Training;

[Collection(TrainingCollection.Name)]
public sealed class TrainingRunTests : IDisposable
{
    private static readonly TrainingOptions Options = TrainingOptions.OneCycle with { Epochs = 2, BatchSize = 8, LearningRate = 0.05 };

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(0, 1)] // within the first epoch
    [InlineData(0, 3)] // between its last step and its test
    [InlineData(1, 1)] // within the second epoch, before a step whose rate is not the last, 0
    public void RunEpoch_InterruptedAndResumed_GivesTheSameWeightsAndHistory(int epoch, int step)
    {
        var whole = Finish(Open("whole"), "whole");

        using (var cancellation = new CancellationTokenSource())
        using (var run = Open("parts"))
        {
            for (var i = 0; i < epoch; i++)
                run.RunEpoch(new Steps(), CancellationToken.None);
            Assert.Throws<OperationCanceledException>(() => run.RunEpoch(new Steps(s => { if (s == step) cancellation.Cancel(); }), cancellation.Token));
        }

        var parts = Finish(Open("parts", resume: true), "parts");
        Assert.Equal(whole.Weights, parts.Weights);
        Assert.Equal(whole.History, parts.History);
        Assert.Equal(2, whole.History.Count);
        Assert.Contains(whole.Weights.Values, values => values.Any(v => v != 0));
    }

    [Theory]
    [MemberData(nameof(RecipesThatResume))]
    public void RunEpoch_AnyRecipeInterruptedAndResumed_GivesTheSameWeightsAndHistory(string recipe)
    {
        var (options, network) = Recipe(recipe);
        var data = SyntheticImages.Data(trainImages: 27) with { TestIsValidation = true };
        var whole = Finish(Open("whole", options: options, data: data, network: network), "whole");

        // Within every epoch, so that whatever a run keeps in mind must come back from the checkpoint.
        for (var resume = false; ; resume = true)
        {
            using var run = Open("parts", resume, options, data, network);
            if (run.IsFinished)
                break;
            using var cancellation = new CancellationTokenSource();
            try
            {
                run.RunEpoch(new Steps(s => { if (s == 2 && !resume) cancellation.Cancel(); }), cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                continue;
            }

            if (!run.IsFinished)
                Assert.Throws<OperationCanceledException>(() => run.RunEpoch(new Steps(s => { if (s == 1) cancellation.Cancel(); }), cancellation.Token));
        }

        var parts = Finish(Open("parts", resume: true, options, data, network), "parts");
        Assert.Equal(whole.History, parts.History);
        Assert.Equal(whole.Weights, parts.Weights);
    }

    public static TheoryData<string> RecipesThatResume => ["ema", "accumulate", "plateau", "patience", "smoothing", "dropout"];

    private static (TrainingOptions Options, string Network) Recipe(string name) => name switch
    {
        "ema" => (Options with { Ema = 0.9 }, "resnet20-cifar"),
        "accumulate" => (Options with { BatchSize = 3, Accumulate = 3, Epochs = null, Iterations = 5 }, "resnet20-cifar"),
        "plateau" => (Options with { Schedule = ScheduleKind.Plateau, LearningRate = 1e-9, Epochs = 8 }, "resnet20-cifar"),
        "patience" => (Options with { Patience = 2, LearningRate = 1e-9, Epochs = 20 }, "resnet20-cifar"),
        "smoothing" => (Options with { LabelSmoothing = 0.1, ClassWeights = ClassWeighting.Balanced, ZeroGamma = true, Initialization = InitializationKind.Glorot }, "resnet20-cifar"),
        _ => (Options, "highway19-cifar"),
    };

    [Fact]
    public void RunEpoch_Plateau_DividesTheRateByTen()
    {
        var options = Options with { Schedule = ScheduleKind.Plateau, LearningRate = 1e-9, Epochs = 8 };
        var rates = Finish(Open("run", options: options, data: SyntheticImages.Data() with { TestIsValidation = true }), "run").History.Select(epoch => epoch.LearningRate);
        Assert.Equal([1e-9, 1e-9, 1e-9, 1e-9, 1e-9, 1e-9, 1e-10, 1e-10], rates.Select(rate => Math.Round(rate, 12)));
    }

    [Fact]
    public void RunEpoch_NothingBetterForPatience_EndsEarlyWithTheBestWeights()
    {
        var options = Options with { Patience = 2, LearningRate = 1, Epochs = 20, Schedule = ScheduleKind.Step };
        var data = SyntheticImages.Data() with { TestIsValidation = true };
        using var run = Open("run", options: options, data: data);
        while (!run.IsFinished)
            run.RunEpoch(new Steps(), CancellationToken.None);
        run.WriteWeights();

        var best = Selection.Best(run.History);
        Assert.Equal(best + 3, run.History.Count);
        Assert.Equal(run.History[best], run.Kept);
        using var file = WeightFile.Open(Output("run").Weights);
        Assert.Equal($"{best + 1}", file.Metadata["epoch"]);
        using var network = Architecture.Find("resnet20-cifar").Build(3);
        WeightImport.Apply(file, new ModuleTarget(network));
        Assert.Equal(run.History[best].TestTop1, Top1(network, data));
    }

    [Fact]
    public void RunEpoch_TestImages_NeverChooseTheWeights()
    {
        using var run = Open("run", options: Options with { LearningRate = 1, Epochs = 3, Schedule = ScheduleKind.Step });
        while (!run.IsFinished)
            run.RunEpoch(new Steps(), CancellationToken.None);
        Assert.False(File.Exists(Output("run").Weights)); // until the run is done
        run.WriteWeights();
        using var file = WeightFile.Open(Output("run").Weights);
        Assert.Equal("3", file.Metadata["epoch"]);
    }

    [Theory]
    [InlineData(true, "--patience goes by validation images, and these are test images")]
    [InlineData(false, "a learning rate that falls on a plateau goes by validation images")]
    public void Open_ChoosingByTestImages_IsRefused(bool patience, string problem)
    {
        var options = patience ? Options with { Patience = 1 } : Options with { Schedule = ScheduleKind.Plateau };
        Assert.StartsWith(problem, Assert.Throws<TrainingException>(() => Open("run", options: options)).Message);
    }

    [Fact]
    public void RunEpoch_Ema_IsWhatIsTestedAndKept()
    {
        var options = Options with { Ema = 0.5 };
        using var run = Open("run", options: options);
        while (!run.IsFinished)
            run.RunEpoch(new Steps(), CancellationToken.None);
        run.WriteWeights();

        using var file = WeightFile.Open(Output("run").Weights);
        using var checkpoint = WeightFile.Open(Output("run").Checkpoint);
        using var network = Architecture.Find("resnet20-cifar").Build(3);
        WeightImport.Apply(file, new ModuleTarget(network));
        Assert.Equal(run.History[^1].TestTop1, Top1(network, SyntheticImages.Data()));
        float[] Stored(WeightFile from, string name) => from.ReadFloats(from.Entries.Single(e => e.Name == name));
        foreach (var key in new[] { "conv1.weight", "bn1.running_mean" })
        {
            Assert.Equal(Stored(checkpoint, "average." + key), Stored(file, key));
            Assert.NotEqual(Stored(checkpoint, "network." + key), Stored(file, key));
        }
    }

    [Fact]
    public void RunEpoch_WeightsNotFiniteAfterTheLastStep_WritesNoCheckpoint()
    {
        using var run = Open("run", options: Options with { BatchSize = 24, LearningRate = 100, Momentum = 3e38 });
        var message = Assert.Throws<TrainingException>(() => run.RunEpoch(new Steps(), CancellationToken.None)).Message;
        Assert.Matches("^[a-z0-9.]+ is not finite after step 1 of epoch 1: training has diverged", message);
        Assert.False(File.Exists(Output("run").Checkpoint));
    }

    [Fact]
    public void RunEpoch_OtherSeed_GivesOtherWeights() =>
        Assert.NotEqual(Finish(Open("one"), "one").Weights, Finish(Open("two", options: Options with { Seed = 2 }), "two").Weights);

    [Fact]
    public void RunEpoch_CrashAfterTenMinutes_LosesNoMoreThanThat()
    {
        var whole = Finish(Open("whole"), "whole");
        using (var run = Open("parts"))
        {
            Assert.Throws<InvalidDataException>(() => run.RunEpoch(
                new Steps(s =>
                {
                    _time.Advance(TimeSpan.FromMinutes(6));
                    if (s == 3)
                        throw new InvalidDataException("crash");
                }),
                CancellationToken.None));
        }

        var resumed = new List<int>();
        var again = Open("parts", resume: true);
        again.RunEpoch(new Steps(resumed.Add), CancellationToken.None);

        Assert.Equal([3], resumed); // the checkpoint is from after step 2
        Assert.Equal(12 * 60, again.History[0].Seconds);
        Assert.Equal(24 / 720.0, again.History[0].ImagesPerSecond);
        Assert.Equal(whole.Weights, Finish(again, "parts").Weights);
    }

    [Fact]
    public void Open_ResumeWithOtherSettings_NamesEach()
    {
        Finish(Open("run"), "run");

        var message = Assert.Throws<TrainingException>(() =>
            Open("run", resume: true, Options with { Epochs = 3, WeightDecay = 0.5, Schedule = ScheduleKind.Step }, SyntheticImages.Data(seed: 7))).Message;

        Assert.Contains("--epochs: was 2, now 3", message);
        Assert.Contains("--weight-decay: was 0.0005, now 0.5", message);
        Assert.Contains("--schedule: was one-cycle, now step", message);
        Assert.Contains("training images: was 26, sha256 ", message);
        Assert.Contains("test images: was 12, sha256 ", message);
        Assert.Equal(5, message.Split(Environment.NewLine).Length - 1);
    }

    [Fact]
    public void Open_ResumeOtherNetwork_SaysSoBeforeItsTensorsAreCompared()
    {
        Finish(Open("run"), "run");
        var message = Assert.Throws<TrainingException>(() => TrainingRun.Open(
            Architecture.Find("resnet20-cifar-b"), SyntheticImages.Data(), Output("run"), Options, resume: true, _time)).Message;
        Assert.Contains("network: was resnet20-cifar, now resnet20-cifar-b", message);
    }

    [Fact]
    public void Open_DirectoryHoldsARun_RefusesToOverwriteIt()
    {
        Finish(Open("run"), "run");
        Assert.Contains("holds a run already; go on with --resume", Assert.Throws<TrainingException>(() => Open("run")).Message);
    }

    [Fact]
    public void Open_NothingToResume_SaysSo() =>
        Assert.Contains("there is no checkpoint in ", Assert.Throws<TrainingException>(() => Open("run", resume: true)).Message);

    [Fact]
    public void Open_FinishedRunResumed_IsFinished()
    {
        Finish(Open("run"), "run");
        using var run = Open("run", resume: true);
        Assert.True(run.IsFinished);
        Assert.Equal(2, run.History.Count);
    }

    [Fact]
    public void Open_TruncatedCheckpoint_IsRefused()
    {
        Finish(Open("run"), "run");
        var path = Output("run").Checkpoint;
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);
        Assert.Contains(path, Assert.Throws<WeightException>(() => Open("run", resume: true)).Message);
    }

    [Fact]
    public void Open_WeightsInPlaceOfTheCheckpoint_AreRefused()
    {
        Finish(Open("run"), "run");
        File.Copy(Output("run").Weights, Output("run").Checkpoint, overwrite: true);
        Assert.EndsWith("is not a checkpoint of a training run", Assert.Throws<TrainingException>(() => Open("run", resume: true)).Message);
    }

    [Fact]
    public void RunEpoch_Diverged_KeepsTheLastCheckpoint()
    {
        var diverging = Options with { LearningRate = 1e30 };
        using (var cancellation = new CancellationTokenSource())
        using (var run = Open("run", options: diverging))
        {
            cancellation.Cancel();
            Assert.Throws<OperationCanceledException>(() => run.RunEpoch(new Steps(), cancellation.Token));
        }

        var before = File.ReadAllBytes(Output("run").Checkpoint);
        using (var run = Open("run", resume: true, diverging))
            Assert.Throws<TrainingException>(() => run.RunEpoch(new Steps(), CancellationToken.None));

        Assert.Equal(before, File.ReadAllBytes(Output("run").Checkpoint));
        Assert.False(File.Exists(Output("run").Weights));
    }

    [Fact]
    public void RunEpoch_EachEpoch_AddsALineToTheHistory()
    {
        var finished = Finish(Open("run"), "run");

        var lines = File.ReadAllLines(Output("run").History);
        Assert.Equal("epoch,learning_rate,train_loss,train_top1,test_loss,test_top1,test_top5,seconds,images_per_second", lines[0]);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith(FormattableString.Invariant($"2,0,{finished.History[1].TrainLoss:R},{finished.History[1].TrainTop1:R},{finished.History[1].TestLoss:R},"), lines[2]);
        Assert.Equal(["blue", "green", "red"], File.ReadAllLines(Output("run").Classes));
        Assert.DoesNotContain(Directory.GetFiles(Output("run").Directory), path => path.EndsWith(".part", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private TrainingOutput Output(string name) => new(Path.Combine(_folder.Path, name));

    private static double Top1(Network network, TrainingData data)
    {
        using var scope = NewDisposeScope();
        network.eval();
        var indices = Enumerable.Range(0, data.Test.Count).ToArray();
        var (images, classes) = new BatchLoader(data.Test, PreprocessingSpec.Cifar, decoders: 1).Load([indices], _ => Augmentation.None).Single().ToTensors(CPU);
        return (double)network.forward(images).argmax(1).eq(classes).sum().item<long>() / data.Test.Count;
    }

    private TrainingRun Open(string name, bool resume = false, TrainingOptions? options = null, TrainingData? data = null, string network = "resnet20-cifar") => TrainingRun.Open(
        Architecture.Find(network), data ?? SyntheticImages.Data(), Output(name), options ?? Options, resume, _time);

    private (Dictionary<string, float[]> Weights, IReadOnlyList<EpochResult> History) Finish(TrainingRun run, string name)
    {
        using (run)
        {
            while (!run.IsFinished)
                run.RunEpoch(new Steps(), CancellationToken.None);
            run.WriteWeights();
            using var file = WeightFile.Open(Output(name).Weights);
            return (file.Entries.Where(e => !e.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).ToDictionary(e => e.Name, file.ReadFloats), run.History);
        }
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, tells at once and on the same thread.</summary>
    private sealed class Steps(Action<int>? report = null) : IProgress<int>
    {
        public void Report(int value) => report?.Invoke(value);
    }
}
