using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Training;

public sealed class LearningRateScheduleTests
{
    // 16 steps: the warm-up is 4 of them, the cosine goes over the other 12 (cos 30, 60, 90, 120, 150 and 180 degrees at every second).
    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(1, 0.2)]
    [InlineData(2, 0.3)]
    [InlineData(3, 0.4)]
    [InlineData(5, 0.3732050807568877)]
    [InlineData(7, 0.3)]
    [InlineData(9, 0.2)]
    [InlineData(11, 0.1)]
    [InlineData(13, 0.0267949192431123)]
    [InlineData(15, 0)]
    public void OneCycle_Step_RisesForAQuarterAndFallsAlongACosine(int step, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.At(TrainingOptions.OneCycle, step, 16, plateaus: 0), 1e-15);

    // The paper: 64k steps, divided by 10 at 32k and 48k.
    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(31_999, 0.1)]
    [InlineData(32_000, 0.01)]
    [InlineData(47_999, 0.01)]
    [InlineData(48_000, 0.001)]
    [InlineData(63_999, 0.001)]
    public void Step_Step_IsDividedByTenAtAHalfAndThreeQuarters(int step, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.At(TrainingOptions.PaperCifar, step, 64_000, plateaus: 0), 1e-15);

    // Section 4.2: ResNet-110 "uses 0.01 to warm up [...] (about 400 iterations), and then goes back to 0.1".
    [Theory]
    [InlineData("resnet110-cifar", 0, 0.01)]
    [InlineData("resnet110-cifar", 399, 0.01)]
    [InlineData("resnet110-cifar", 400, 0.1)]
    [InlineData("resnet56-cifar", 0, 0.1)]
    public void PaperCifar_Step_WarmsUpForTheDeepestNetworksOnly(string network, int step, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.At(TrainingOptions.PaperCifar.For(Architecture.Find(network)), step, 64_000, plateaus: 0), 1e-15);

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(1, 0.01)]
    [InlineData(2, 0.001)]
    public void Plateau_AnyStep_IsDividedByTenForEach(int plateaus, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.At(TrainingOptions.PaperImageNet, 1000, 600_000, plateaus), 1e-15);

    [Fact]
    public void Plateaus_History_CountsFiveEpochsWithoutALowerErrorEach()
    {
        double[] falling = [0.1, 0.2, 0.3, 0.2, 0.3, 0.1, 0.1];
        Assert.Equal(0, Plateaus(falling));                                 // four since the third
        Assert.Equal(1, Plateaus([.. falling, 0.3]));                       // the fifth, which is as good and no better
        Assert.Equal(1, Plateaus([.. falling, 0.3, 0.3, 0.3, 0.3, 0.3]));
        Assert.Equal(2, Plateaus([.. falling, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]));
        Assert.Equal(0, Plateaus([.. falling, 0.4]));
    }

    private static int Plateaus(double[] top1) => LearningRateSchedule.Plateaus(top1.Select(accuracy => new EpochResult(0, 0, 0, 0, 0, accuracy, 0, 0, 0)));

    [Fact]
    public void OneCycle_SingleStep_IsFinite() => Assert.Equal(0, LearningRateSchedule.At(TrainingOptions.OneCycle, 0, 1, plateaus: 0));
}
