using ResNetService.Modeling.Benchmarking;

namespace ResNetService.Modeling.Tests.Benchmarking;

public sealed class MeasurementTests
{
    [Fact]
    public void Of_HundredRuns_GivesRateAndPercentilesByNearestRank()
    {
        // 1 ms to 100 ms, not in order.
        var durations = Enumerable.Range(0, 100).Select(i => TimeSpan.FromMilliseconds(1 + (i * 37 % 100))).ToArray();

        var measured = Measurement.Of("graph", 8, durations, TimeSpan.FromSeconds(4));

        Assert.Equal(new Measurement("graph", 8, 100, 200, 50, 95, 99), measured);
    }

    [Theory]
    [InlineData(1, 10, 10, 10)]
    [InlineData(2, 10, 20, 20)]
    [InlineData(3, 20, 30, 30)]
    public void Of_FewRuns_TakesOneThatWasMeasured(int runs, double p50, double p95, double p99)
    {
        var durations = Enumerable.Range(1, runs).Select(i => TimeSpan.FromMilliseconds(10 * i)).ToArray();

        var measured = Measurement.Of("graph", 1, durations, TimeSpan.FromSeconds(1));

        Assert.Equal((p50, p95, p99), (measured.P50Ms, measured.P95Ms, measured.P99Ms));
    }
}
