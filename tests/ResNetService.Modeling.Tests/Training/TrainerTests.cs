using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Training;
using TorchSharp;

namespace ResNetService.Modeling.Tests.Training;

[Collection(TrainingCollection.Name)]
public sealed class TrainerTests : IDisposable
{
    private static readonly TrainingOptions Options = TrainingOptions.OneCycle with { Epochs = 4, BatchSize = 8, LearningRate = 0.05 };

    private readonly TrainedNetwork _network = NewNetwork(Options);

    [Fact]
    public void Train_SeparableClasses_AreLearned()
    {
        // Batches in which no class is absent by chance, which would mislead BatchNorm: the last bits, which differ with the number of
        // threads, would decide the outcome.
        const int Epochs = 6;
        var options = Options with { Epochs = Epochs, BatchSize = 24, LearningRate = 0.02 };
        using var trainer = NewTrainer(SyntheticImages.Data(trainImages: 96, testImages: 24), options);
        var first = TrainEpoch(trainer, epoch: 0);
        for (var epoch = 1; epoch < Epochs - 1; epoch++)
            TrainEpoch(trainer, epoch);
        var last = TrainEpoch(trainer, Epochs - 1);
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
        Assert.Matches("^the loss is NaN at step [23] of epoch 1: training has diverged; the first output that is not finite is that of [a-z0-9.]+", message);
    }

    [Theory]
    [InlineData("layer2.1.conv1.weight", "layer2.1.conv1, whose weight is not finite since the step before")]
    [InlineData("layer3.0.bn2.bias", "layer3.0.bn2, whose bias is not finite since the step before")]
    [InlineData("fc.bias", "fc, whose bias is not finite since the step before")]
    public void Train_OneNumberIsNotFinite_NamesTheLayer(string parameter, string expected)
    {
        using (torch.no_grad())
            _network.Network.get_parameter(parameter)!.view(-1)[0] = float.NaN;
        using var trainer = NewTrainer(SyntheticImages.Data());
        var message = Assert.Throws<TrainingException>(() => TrainEpoch(trainer, epoch: 0)).Message;
        Assert.Equal(
            $"the loss is NaN at step 1 of epoch 1: training has diverged; the first output that is not finite is that of {expected}; try a lower --learning-rate than 0.05", message);
    }

    [Fact]
    public void Train_Accumulated_EqualsALargerBatchWhereNoBatchNormLooksAtIt()
    {
        // Frozen BatchNorms look at no batch.
        var data = SyntheticImages.Data(trainImages: 24);
        var (whole, parts) = (Head(batchSize: 12, accumulate: 1), Head(batchSize: 4, accumulate: 3));
        Assert.Equal(whole.Position.Step, parts.Position.Step);
        Assert.Equal(whole.Position.LossSum, parts.Position.LossSum, 1e-6 * whole.Position.LossSum);
        Assert.True(torch.allclose(whole.Weight, parts.Weight, rtol: 1e-5, atol: 1e-7));
        whole.Weight.Dispose();
        parts.Weight.Dispose();

        (TrainingPosition Position, torch.Tensor Weight) Head(int batchSize, int accumulate)
        {
            var options = Options with { BatchSize = batchSize, Accumulate = accumulate, Freeze = Freezing.AllButHead };
            using var network = NewNetwork(options);
            using var trainer = new Trainer(network, data, PreprocessingSpec.Cifar, options);
            var position = TrainEpoch(trainer, epoch: 0);
            Assert.Equal(2, position.Step);
            return (position, network.Network.get_parameter("fc.weight")!.detach().clone());
        }
    }

    [Fact]
    public void Train_AllButHeadFrozen_ChangesNothingElseNorAnyStatistics()
    {
        var options = Options with { Freeze = Freezing.AllButHead };
        using var network = NewNetwork(options);
        using var trainer = new Trainer(network, SyntheticImages.Data(), PreprocessingSpec.Cifar, options);
        var before = network.Network.state_dict().ToDictionary(t => t.Key, t => t.Value.clone());

        TrainEpoch(trainer, epoch: 0);

        var changed = network.Network.state_dict().Where(t => !t.Value.equal(before[t.Key]).all().item<bool>()).Select(t => t.Key);
        Assert.Equal(["fc.weight", "fc.bias"], changed);
    }

    [Fact]
    public void Train_StemFrozen_KeepsItAndTrainsTheRest()
    {
        var options = Options with { Freeze = Freezing.Stem };
        using var network = NewNetwork(options);
        using var trainer = new Trainer(network, SyntheticImages.Data(), PreprocessingSpec.Cifar, options);
        var before = network.Network.state_dict().ToDictionary(t => t.Key, t => t.Value.clone());

        TrainEpoch(trainer, epoch: 0);

        var same = network.Network.state_dict().Where(t => t.Value.equal(before[t.Key]).all().item<bool>()).Select(t => t.Key);
        Assert.Equal(["conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var", "bn1.num_batches_tracked"], same);
    }

    [Fact]
    public void Train_NetworkWithAuxiliaryHeads_TrainsThemToo()
    {
        var (spec, options) = (PreprocessingSpec.Cifar, Options with { BatchSize = 2, Epochs = 1, Schedule = ScheduleKind.Step });
        using var network = TrainedNetwork.Create(Architecture.Find("googlenet"), SyntheticImages.ClassNames.Count, options);
        using var trainer = new Trainer(network, SyntheticImages.Data(trainImages: 2), spec, options);
        var before = network.Parameters.ToDictionary(p => p.Name, p => p.Weight.detach().clone());

        TrainEpoch(trainer, epoch: 0);

        Assert.All(network.Parameters, p => Assert.False(p.Weight.equal(before[p.Name]).all().item<bool>(), p.Name));
    }

    [Fact]
    public void Train_IterationsEndWithinAnEpoch_LastEpochIsShorter()
    {
        using var trainer = NewTrainer(SyntheticImages.Data(), Options with { Epochs = null, Iterations = 5 });
        Assert.Equal([3, 2, 0], Enumerable.Range(0, 3).Select(trainer.StepsOf));
        Assert.Equal(2, TrainEpoch(trainer, epoch: 1).Step);
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
        var network = _network.Network;
        network.eval();
        var (loss, correct) = (0.0, 0);
        for (var i = 0; i < data.Test.Count; i++)
        {
            var (image, _) = new BatchLoader(data.Test, PreprocessingSpec.Cifar, decoders: 1).Load([new[] { i }], _ => Augmentation.None).Single().ToTensors(torch.CPU);
            var logits = network.forward(image).data<float>().ToArray();
            var @class = data.Test.Classes[i];
            loss += Math.Log(logits.Sum(l => Math.Exp(l - logits[@class])));
            correct += logits.Max() == logits[@class] ? 1 : 0;
        }

        Assert.Equal(loss / data.Test.Count, test.Loss, 1e-3 * test.Loss);
        Assert.Equal((double)correct / data.Test.Count, test.Top1);
    }

    public void Dispose() => _network.Dispose();

    private static TrainedNetwork NewNetwork(TrainingOptions options) => TrainedNetwork.Create(Architecture.Find("resnet20-cifar"), SyntheticImages.ClassNames.Count, options);

    private Trainer NewTrainer(TrainingData data, TrainingOptions? options = null) => new(_network, data, PreprocessingSpec.Cifar, options ?? Options);

    private static TrainingPosition TrainEpoch(Trainer trainer, int epoch) => trainer.Train(TrainingPosition.StartOf(epoch), new Progress<int>(), () => false);
}
