using System.Net;

namespace ResNetService.Benchmarks.LoadGeneration;

/// <summary>What became of one request.</summary>
/// <param name="Due">When it was to be sent, from the beginning.</param>
/// <param name="Latency">From <paramref name="Due"/> to the end of the answer: a request that could not be sent in time has waited all the same.</param>
/// <param name="Status">Null where no answer came: the connection broke, or the time was up.</param>
/// <param name="HasRetryAfter">Whether the answer says when to come again.</param>
internal readonly record struct Answer(TimeSpan Due, TimeSpan Latency, HttpStatusCode? Status, bool HasRetryAfter)
{
    public bool IsSuccess => Status == HttpStatusCode.OK;

    public TimeSpan AnsweredAt => Due + Latency;
}
