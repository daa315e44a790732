using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Training;

public sealed class TrainingOptionsTests
{
    [Fact]
    public void Faults_Presets_AreNone()
    {
        Assert.Empty(TrainingOptions.OneCycle.Faults());
        Assert.Empty(TrainingOptions.Step.Faults());
    }

    [Fact]
    public void Faults_EverythingWrong_NamesEachWithItsRange()
    {
        var options = TrainingOptions.Step with { Epochs = 0, BatchSize = -1, LearningRate = double.NaN, WeightDecay = -1, Momentum = 1 };
        Assert.Equal(
            [
                "--epochs is 0; it must be 1 to 100000",
                "--batch-size is -1; it must be 1 to 65536",
                "--learning-rate is NaN; it must be above 0 and at most 100",
                "--weight-decay is -1; it must be at least 0 and below 1",
                "--momentum is 1; it must be at least 0 and below 1",
            ],
            options.Faults());
    }

    [Fact]
    public void Presets_AreThePublishedRecipes()
    {
        Assert.Equal((0.4, 5e-4, 0.9, true), Recipe(TrainingOptions.OneCycle));
        Assert.Equal((0.1, 1e-4, 0.9, false), Recipe(TrainingOptions.Step));
    }

    private static (double, double, double, bool) Recipe(TrainingOptions o) => (o.LearningRate, o.WeightDecay, o.Momentum, o.IsNesterov);
}
