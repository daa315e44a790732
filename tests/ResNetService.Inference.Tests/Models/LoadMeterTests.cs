using Microsoft.Extensions.Time.Testing;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tests.Models;

public sealed class LoadMeterTests
{
    private static readonly BatchedImage Answer = new(new float[1], default, default, null, default);
    private static readonly BatchedImage Failure = new(default, default, default, new(ErrorCode.CorruptImage, "broken"), default);

    private readonly FakeTimeProvider _time = new();
    private readonly LoadMeter _meter;

    public LoadMeterTests() => _meter = new(_time);

    [Fact]
    public void Read_Nothing_IsZero()
    {
        var load = Read();

        Assert.Equal((0, 0, 0.0, null), (load.Answered, load.Failed, load.ImagesPerSecond, load.Latency));
        Assert.Equal(("m", "1", 3, 8, 1, 5), (load.Name, load.Version, load.Held, load.Capacity, load.Running, load.Batches));
    }

    [Fact]
    public void Read_AnswersAndFailures_AreCountedApart()
    {
        _meter.Record([Answer, Failure, Answer], TimeSpan.FromMilliseconds(1));

        Assert.Equal((2, 1), (Read().Answered, Read().Failed));
    }

    [Fact]
    public void ImagesPerSecond_IsTheMeanOfTenSecondsThatAreOver()
    {
        for (var second = 0; second < 30; second++)
        {
            _meter.Record([Answer, Answer, Failure], TimeSpan.FromMilliseconds(1));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, Read().ImagesPerSecond);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, Read().ImagesPerSecond);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, Read().ImagesPerSecond);
    }

    [Fact]
    public void ImagesPerSecond_SoonAfterTheStart_IsTheMeanOfWhatIsOver()
    {
        _meter.Record([Answer, Answer, Answer, Answer], TimeSpan.FromMilliseconds(1));
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(2, Read().ImagesPerSecond);
    }

    [Theory]
    [InlineData(0.0005)]
    [InlineData(0.001)]
    [InlineData(0.9)]
    [InlineData(17)]
    [InlineData(1000)]
    [InlineData(61_234)]
    [InlineData(10_000_000)]
    public void Latency_OneTime_IsAtMostAnEighthTooLarge(double milliseconds)
    {
        var time = TimeSpan.FromMilliseconds(milliseconds);
        _meter.Record([Answer], time);

        var latency = Read().Latency!;
        Assert.Equal(latency.P50, latency.P99);
        // Times are counted from one microsecond to 72 minutes.
        Assert.InRange(latency.P50, TimeSpan.FromMinutes(Math.Min(time.TotalMinutes, 71)), TimeSpan.FromMicroseconds(1 + Math.Max(1, time.TotalMicroseconds * 1.125)));
    }

    [Fact]
    public void Latency_Percentiles_AreThoseOfTheRequests()
    {
        for (var i = 1; i <= 100; i++)
            _meter.Record([Answer], TimeSpan.FromMilliseconds(i));

        var latency = Read().Latency!;
        Assert.InRange(latency.P50.TotalMilliseconds, 50, 50 * 1.125);
        Assert.InRange(latency.P95.TotalMilliseconds, 95, 95 * 1.125);
        Assert.InRange(latency.P99.TotalMilliseconds, 99, 99 * 1.125);
    }

    [Fact]
    public void Latency_OfAMinuteAgo_IsForgotten()
    {
        _meter.Record([Answer], TimeSpan.FromSeconds(9));
        _time.Advance(TimeSpan.FromSeconds(59));
        _meter.Record([Answer], TimeSpan.FromMilliseconds(1));
        Assert.True(Read().Latency!.P99 > TimeSpan.FromSeconds(8));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(Read().Latency!.P99 < TimeSpan.FromMilliseconds(2));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Null(Read().Latency);
    }

    private ModelLoad Read() => _meter.Read("m", "1", new(Held: 3, Capacity: 8, Running: 1, Batches: 5));
}
