using Microsoft.Extensions.Time.Testing;
using ResNetService.Modeling.Benchmarking;

namespace ResNetService.Modeling.Tests.Benchmarking;

public sealed class TimedRunsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Measure_OneWorker_EndsWithTheRunThatPassesTheDurationAndLeavesOutTheWarmUp()
    {
        var runs = 0;

        var (durations, elapsed) = await TimedRuns.MeasureAsync(
            1,
            TimeSpan.FromSeconds(10),
            _time,
            _ =>
            {
                // Runs take 40 s while they warm up, and 4 s after that.
                _time.Advance(TimeSpan.FromSeconds(++runs <= 3 ? 40 : 4));
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Repeat(TimeSpan.FromSeconds(4), 3), durations);
        Assert.Equal(TimeSpan.FromSeconds(12), elapsed);
    }

    [Fact]
    public async Task Measure_SeveralWorkers_RunAtOnceAndEachKeepsItsNumber()
    {
        using var together = new Barrier(3);
        var workers = new HashSet<int>();

        var (durations, _) = await TimedRuns.MeasureAsync(
            3,
            TimeSpan.Zero,
            _time,
            worker =>
            {
                together.SignalAndWait(TestContext.Current.CancellationToken);
                lock (workers)
                    workers.Add(worker);
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(3, durations.Count);
        Assert.Equal([0, 1, 2], workers.Order());
    }

    [Fact]
    public async Task Measure_Cancelled_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        var runs = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TimedRuns.MeasureAsync(
            1,
            TimeSpan.FromSeconds(1),
            _time,
            async _ =>
            {
                if (++runs == 5)
                    await cancellation.CancelAsync();
            },
            cancellation.Token));

        Assert.Equal(5, runs);
    }
}
