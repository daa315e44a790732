using ResNetService.Benchmarks.Measurement;

namespace ResNetService.Benchmarks.Tests.Measurement;

public sealed class DistributionTests
{
    [Theory]
    [InlineData(0.5, 10)]
    [InlineData(0.95, 19)]
    [InlineData(0.951, 20)]
    [InlineData(0.99, 20)]
    [InlineData(1, 20)]
    [InlineData(0.01, 1)]
    public void Percentile_OfTwentyValues_IsTheValueOfNearestRank(double fraction, double expected) =>
        Assert.Equal(expected, Distribution.Percentile(Enumerable.Range(1, 20).Reverse().Select(i => (double)i), fraction));

    [Theory]
    [InlineData(new double[] { 3, 1, 2 }, 2)]
    [InlineData(new double[] { 4, 1, 3, 2 }, 2.5)]
    [InlineData(new double[] { 7 }, 7)]
    public void Median_IsTheMiddleInAnyOrder(double[] values, double expected) => Assert.Equal(expected, Distribution.Median(values));

    [Fact]
    public void Statistics_OfNothing_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Distribution.Median([]));
        Assert.Throws<ArgumentException>(() => Distribution.Percentile([], 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Distribution.Percentile([1], 0));
    }
}
