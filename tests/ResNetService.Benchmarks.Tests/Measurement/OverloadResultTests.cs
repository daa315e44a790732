using System.Net;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Measurement;

namespace ResNetService.Benchmarks.Tests.Measurement;

public sealed class OverloadResultTests
{
    private static readonly OverloadResult Result = new(
        Saturated: 10,
        [
            Ok(0, 0.5), // answered while the queue was filling
            Ok(1, 1.5), Ok(2, 1), Ok(2.5, 0.4),
            Ok(2.8, 0.9), // answered after the end
            Refused(1, 0.001, hasRetryAfter: true), Refused(2, 0.003, hasRetryAfter: true), Refused(2.5, 0.1, hasRetryAfter: false),
            new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), HttpStatusCode.ServiceUnavailable, true),
            new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), null, false),
        ],
        Queue: 64,
        Batch: 8,
        Filling: TimeSpan.FromSeconds(1),
        End: TimeSpan.FromSeconds(3.1));

    [Fact]
    public void Goodput_CountsAnswersInTheTimeInWhichTheQueueIsFull() => Assert.Equal(3 / 2.1 / 10, Result.Goodput, 9);

    [Fact]
    public void LongestWait_IsTheQueueAndTwoBatches() => Assert.Equal(8, Result.LongestWait, 9);

    [Fact]
    public void Requests_AreAcceptedRefusedOrLost()
    {
        Assert.Equal((5, 3, 2, 2), (Result.Accepted, Result.Refusals, Result.RefusalsWithRetryAfter, Result.Lost));
        Assert.Equal((1.5, 0.003, 0.1), (Result.AcceptedP99, Result.RefusalP50, Result.RefusalP99));
    }

    [Fact]
    public void Table_SumsWhatMustNotHappen_OverTheRounds()
    {
        var lines = OverloadResult.Table([Result, Result]).Lines().ToArray();

        Assert.Contains(lines, line => line.Contains("429 with Retry-After", StringComparison.Ordinal) && line.Contains("4 of 6", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("neither answered nor refused", StringComparison.Ordinal) && line.Contains("4 of 20", StringComparison.Ordinal));
    }

    private static Answer Ok(double due, double latency) => new(TimeSpan.FromSeconds(due), TimeSpan.FromSeconds(latency), HttpStatusCode.OK, false);

    private static Answer Refused(double due, double latency, bool hasRetryAfter) =>
        new(TimeSpan.FromSeconds(due), TimeSpan.FromSeconds(latency), HttpStatusCode.TooManyRequests, hasRetryAfter);
}
