using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Training;

public sealed class SelectionTests
{
    [Fact]
    public void Best_SameAccuracy_GoesByLossAndThenByTheEarliest() =>
        Assert.Equal(2, Selection.Best([Epoch(0.5, 0.1), Epoch(0.7, 0.9), Epoch(0.7, 0.8), Epoch(0.7, 0.8), Epoch(0.6, 0.1)]));

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void IsExhausted_EpochsSinceTheBest_AreCounted(int patience, bool expected) =>
        Assert.Equal(expected, Selection.IsExhausted([Epoch(0.5, 1), Epoch(0.7, 1), Epoch(0.6, 1), Epoch(0.7, 1)], patience));

    [Fact]
    public void IsExhausted_NoEpochYet_IsFalse() => Assert.False(Selection.IsExhausted([], 1));

    private static EpochResult Epoch(double top1, double loss) => new(0, 0, 0, 0, loss, top1, 0, 0, 0);
}
