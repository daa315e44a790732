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
        Assert.Equal(expected, LearningRateSchedule.At(ScheduleKind.OneCycle, 0.4, step, 16), 1e-15);

    // The paper: 64k steps, divided by 10 at 32k and 48k.
    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(31_999, 0.1)]
    [InlineData(32_000, 0.01)]
    [InlineData(47_999, 0.01)]
    [InlineData(48_000, 0.001)]
    [InlineData(63_999, 0.001)]
    public void Step_Step_IsDividedByTenAtAHalfAndThreeQuarters(int step, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.At(ScheduleKind.Step, 0.1, step, 64_000), 1e-15);

    [Fact]
    public void OneCycle_SingleStep_IsFinite() => Assert.Equal(0, LearningRateSchedule.At(ScheduleKind.OneCycle, 0.4, 0, 1));
}
