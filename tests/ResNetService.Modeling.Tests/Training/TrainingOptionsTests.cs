using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Training;

public sealed class TrainingOptionsTests
{
    [Fact]
    public void Faults_Presets_AreNone()
    {
        Assert.Empty(TrainingOptions.OneCycle.Faults());
        Assert.Empty(TrainingOptions.PaperCifar.Faults());
        Assert.Empty(TrainingOptions.PaperImageNet.Faults());
        Assert.Empty(TrainingOptions.FineTune.Faults());
    }

    [Fact]
    public void Faults_EverythingWrong_NamesEachWithItsRange()
    {
        var options = TrainingOptions.PaperCifar with
        {
            Epochs = 0,
            Iterations = 0,
            BatchSize = -1,
            Accumulate = 0,
            LearningRate = double.NaN,
            WarmUp = -1,
            WeightDecay = -1,
            Momentum = 1,
            LabelSmoothing = 1,
            Ema = 1,
            Patience = 0,
        };
        Assert.Equal(
            [
                "--epochs is 0; it must be 1 to 100000",
                "--iterations is 0; it must be 1 or more",
                "--batch-size is -1; it must be 1 to 65536",
                "--accumulate is 0; it must be 1 to 1024",
                "--learning-rate is NaN; it must be above 0 and at most 100",
                "--warm-up is -1; it must be 0 or more steps",
                "--weight-decay is -1; it must be at least 0 and below 1",
                "--momentum is 1; it must be at least 0 and below 1",
                "--label-smoothing is 1; it must be at least 0 and below 1",
                "--ema is 1; it must be above 0 and below 1, such as 0.999",
                "--patience is 0; it must be 1 or more epochs",
            ],
            options.Faults());
    }

    [Fact]
    public void Presets_AreThePublishedRecipes()
    {
        Assert.Equal((0.4, 5e-4, 0.9, true), Recipe(TrainingOptions.OneCycle));
        Assert.Equal((0.1, 1e-4, 0.9, false), Recipe(TrainingOptions.PaperCifar));
        Assert.Equal((0.1, 1e-4, 0.9, false), Recipe(TrainingOptions.PaperImageNet));
        Assert.Equal((128, 64_000), (TrainingOptions.PaperCifar.BatchSize, TrainingOptions.PaperCifar.Iterations));
        Assert.Equal((256, 600_000), (TrainingOptions.PaperImageNet.BatchSize, TrainingOptions.PaperImageNet.Iterations));
    }

    [Theory]
    [InlineData(8, null, 8 * 390)]
    [InlineData(null, 64_000, 64_000)]
    [InlineData(8, 64_000, 8 * 390)]
    [InlineData(8, 100, 100)]
    public void Steps_EpochsAndIterations_EndWithTheFirst(int? epochs, int? iterations, long expected) =>
        Assert.Equal(expected, (TrainingOptions.OneCycle with { Epochs = epochs, Iterations = iterations }).Steps(stepsPerEpoch: 390));

    [Fact]
    public void Faults_NoLength_SaysSo() => Assert.Equal(
        ["neither --epochs nor --iterations says how long to train"], (TrainingOptions.OneCycle with { Epochs = null }).Faults());

    private static (double, double, double, bool) Recipe(TrainingOptions o) => (o.LearningRate, o.WeightDecay, o.Momentum, o.IsNesterov);
}
