using System.Net;
using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Reports;

namespace ResNetService.Benchmarks.Measurement;

/// <summary>How a service behaves when more is asked of it than it can do.</summary>
/// <param name="Saturated">Requests a second of a closed loop that keeps it busy.</param>
/// <param name="Answers">Of the open loop.</param>
/// <param name="Queue">Images that the service holds at most.</param>
/// <param name="Batch">Images of a run at most.</param>
/// <param name="Filling">Requests that were due before this time met a queue that was still filling.</param>
/// <param name="End">When the last request was due.</param>
internal sealed record OverloadResult(double Saturated, IReadOnlyList<Answer> Answers, int Queue, int Batch, TimeSpan Filling, TimeSpan End)
{
    /// <summary>Successful answers a second, while the queue was full, against <see cref="Saturated"/>.</summary>
    public double Goodput => Answers.Count(answer => answer.IsSuccess && answer.AnsweredAt >= Filling && answer.AnsweredAt < End) / (End - Filling).TotalSeconds / Saturated;

    /// <summary>What an accepted request waits for at most: everybody before it in a full queue, and two batches that are under way.</summary>
    public double LongestWait => (Queue + (2 * Batch)) / Saturated;

    public double AcceptedP99 => Percentile(Answers.Where(answer => answer.IsSuccess), 0.99);

    /// <summary>Time to a 429, from when the request was due.</summary>
    public double RefusalP50 => Percentile(Refused, 0.5);

    public double RefusalP99 => Percentile(Refused, 0.99);

    public int Accepted => Answers.Count(answer => answer.IsSuccess);

    public int Refusals => Refused.Count();

    public int RefusalsWithRetryAfter => Refused.Count(answer => answer.HasRetryAfter);

    /// <summary>Neither answered nor refused: another status, a broken connection, or silence.</summary>
    public int Lost => Answers.Count - Accepted - Refusals;

    private IEnumerable<Answer> Refused => Answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests);

    private static double Percentile(IEnumerable<Answer> answers, double fraction)
    {
        double[] latencies = [.. answers.Select(answer => answer.Latency.TotalSeconds)];
        return latencies.Length == 0 ? double.NaN : Distribution.Percentile(latencies, fraction);
    }

    /// <summary>Each figure the median of the rounds.</summary>
    public static MarkdownTable Table(IReadOnlyList<OverloadResult> rounds)
    {
        var table = new MarkdownTable("what", "measured");
        table.Add("saturated, req/s", Show.Rate(Median(result => result.Saturated)));
        table.Add("goodput to saturated throughput", Show.Ratio(Median(result => result.Goodput)));
        table.Add("accepted: p99 ms", Show.Milliseconds(Median(result => result.AcceptedP99)));
        table.Add("(queue + 2 batches) / saturated throughput, ms", Show.Milliseconds(Median(result => result.LongestWait)));
        table.Add("429: p50 ms", Show.Milliseconds(Median(result => result.RefusalP50)));
        table.Add("429: p99 ms", Show.Milliseconds(Median(result => result.RefusalP99)));
        table.Add("429 with Retry-After", $"{rounds.Sum(result => result.RefusalsWithRetryAfter)} of {rounds.Sum(result => result.Refusals)}");
        table.Add("neither answered nor refused", $"{rounds.Sum(result => result.Lost)} of {rounds.Sum(result => result.Answers.Count)}");
        return table;

        double Median(Func<OverloadResult, double> figure) => Distribution.Median(rounds.Select(figure));
    }
}
