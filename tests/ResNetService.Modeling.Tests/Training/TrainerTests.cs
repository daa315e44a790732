using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Training;
using TorchSharp;

namespace ResNetService.Modeling.Tests.Training;

[Collection(TrainingCollection.Name)]
public sealed class TrainerTests : IDisposable
{
    private static readonly TrainingOptions Options = TrainingOptions.OneCycle with { Epochs = 4, BatchSize = 8, LearningRate = 0.05 };

    private readonly Network _network;

    public TrainerTests()
    {
        torch.random.manual_seed(1);
        _network = Architecture.Find("resnet20-cifar").Build(SyntheticImages.ClassNames.Count);
        Initialization.Apply(_network);
    }

    [Fact]
    public void Train_SeparableClasses_AreLearned()
    {
        // Batches in which no class is absent by chance, which would mislead BatchNorm: the last bits, which differ with the number of
        // threads, would decide the outcome.
        var options = Options with { Epochs = 6, BatchSize = 24, LearningRate = 0.02 };
        using var trainer = NewTrainer(SyntheticImages.Data(trainImages: 96, testImages: 24), options);
        var first = TrainEpoch(trainer, epoch: 0);
        for (var epoch = 1; epoch < options.Epochs - 1; epoch++)
            TrainEpoch(trainer, epoch);
        var last = TrainEpoch(trainer, options.Epochs - 1);
        var test = trainer.Test(TestContext.Current.CancellationToken);

        Assert.True(last.LossSum < first.LossSum / 2, $"loss {first.LossSum} -> {last.LossSum}");
        Assert.True(test.Top1 > 0.9, $"top-1 {test.Top1}");
        Assert.Equal(1, test.Top5); // there are three classes
    }

    [Fact]
    public void Train_LeftOverImages_AreLeftOutOfTheEpoch()
    {
        using var trainer = NewTrainer(SyntheticImages.Data(trainImages: 26));
        Assert.Equal(3, trainer.StepsPerEpoch);
        Assert.Equal(3, TrainEpoch(trainer, epoch: 0).Step);
    }

    [Fact]
    public void Train_StopAsked_EndsBetweenSteps()
    {
        using var trainer = NewTrainer(SyntheticImages.Data());
        var asked = 0;
        Assert.Equal(2, trainer.Train(TrainingPosition.StartOf(0), new Progress<int>(), () => ++asked == 3).Step);
    }

    [Fact]
    public void Train_Diverges_NamesTheStep()
    {
        using var trainer = NewTrainer(SyntheticImages.Data(), Options with { LearningRate = 1e30 });
        var message = Assert.Throws<TrainingException>(() => TrainEpoch(trainer, epoch: 0)).Message;
        Assert.Matches("^the loss is NaN at step [23] of epoch 1: training has diverged", message);
    }

    [Fact]
    public void Train_FewerImagesThanABatch_SaysHowManyThereAre()
    {
        var message = Assert.Throws<TrainingException>(() => NewTrainer(SyntheticImages.Data(trainImages: 7))).Message;
        Assert.Equal("--batch-size is 8; there are only 7 training images", message);
    }

    [Fact]
    public void Train_ManySteps_KeepsNoTensors()
    {
        using var trainer = NewTrainer(SyntheticImages.Data());
        TrainEpoch(trainer, epoch: 0); // gradients are made by the first step
        trainer.Test(TestContext.Current.CancellationToken);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = torch.Tensor.TotalCount;

        TrainEpoch(trainer, epoch: 1);
        trainer.Test(TestContext.Current.CancellationToken);

        Assert.InRange(torch.Tensor.TotalCount, 0, before);
    }

    [Fact]
    public void Test_UntrainedNetwork_MatchesCountingByHand()
    {
        var data = SyntheticImages.Data(testImages: 19); // not a multiple of the batch
        using var trainer = NewTrainer(data);
        TrainEpoch(trainer, epoch: 0); // running statistics that differ from a batch's

        var test = trainer.Test(TestContext.Current.CancellationToken);

        using var scope = torch.NewDisposeScope();
        _network.eval();
        var (loss, correct) = (0.0, 0);
        for (var i = 0; i < data.Test.Count; i++)
        {
            var (image, _) = new BatchLoader(data.Test, PreprocessingSpec.Cifar).Load([i], _ => Augmentation.None);
            var logits = _network.forward(image).data<float>().ToArray();
            var @class = data.Test.Classes[i];
            loss += Math.Log(logits.Sum(l => Math.Exp(l - logits[@class])));
            correct += logits.Max() == logits[@class] ? 1 : 0;
        }

        Assert.Equal(loss / data.Test.Count, test.Loss, 1e-3 * test.Loss);
        Assert.Equal((double)correct / data.Test.Count, test.Top1);
    }

    public void Dispose() => _network.Dispose();

    private Trainer NewTrainer(TrainingData data, TrainingOptions? options = null) => new(_network, data, PreprocessingSpec.Cifar, options ?? Options);

    private static TrainingPosition TrainEpoch(Trainer trainer, int epoch) => trainer.Train(TrainingPosition.StartOf(epoch), new Progress<int>(), () => false);
}
