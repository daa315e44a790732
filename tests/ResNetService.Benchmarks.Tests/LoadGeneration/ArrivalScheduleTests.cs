using ResNetService.Benchmarks.LoadGeneration;

namespace ResNetService.Benchmarks.Tests.LoadGeneration;

public sealed class ArrivalScheduleTests
{
    private static readonly TimeSpan LongTime = TimeSpan.FromSeconds(1000);

    [Fact]
    public void Constant_HasEqualDistances() =>
        Assert.Equal(
            [TimeSpan.Zero, TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.75), TimeSpan.FromSeconds(1)],
            ArrivalSchedule.Constant(4, TimeSpan.FromSeconds(1.25)));

    [Fact]
    public void Poisson_HasTheRateAndTheSpreadOfAPoissonProcess()
    {
        const double rate = 50;

        var times = ArrivalSchedule.Poisson(rate, LongTime, seed: 3);
        var gaps = times.Zip(times.Skip(1), (a, b) => (b - a).TotalSeconds).ToArray();

        Assert.Equal(times.Order(), times);
        Assert.All(times, time => Assert.InRange(time, TimeSpan.Zero, LongTime));
        // 50,000 arrivals, deviation of their number 224: five deviations.
        Assert.InRange(times.Count, 48_880, 51_120);
        // Exponential: as many deviations as means, and exp(-1) of the gaps longer than the mean.
        Assert.Equal(1 / rate, Math.Sqrt(gaps.Select(gap => Math.Pow(gap - (1 / rate), 2)).Average()), 0.03 / rate);
        Assert.Equal(Math.Exp(-1), gaps.Count(gap => gap > 1 / rate) / (double)gaps.Length, 0.015);
    }

    [Fact]
    public void Poisson_OfTheSameSeed_IsTheSame()
    {
        Assert.Equal(ArrivalSchedule.Poisson(10, LongTime, 1), ArrivalSchedule.Poisson(10, LongTime, 1));
        Assert.NotEqual(ArrivalSchedule.Poisson(10, LongTime, 1), ArrivalSchedule.Poisson(10, LongTime, 2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Rates_ThatAreNone_AreRefused(double rate)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ArrivalSchedule.Constant(rate, LongTime));
        Assert.Throws<ArgumentOutOfRangeException>(() => ArrivalSchedule.Poisson(rate, LongTime, 1));
    }
}
