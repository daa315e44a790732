using ResNetService.Benchmarks.Reports;

namespace ResNetService.Benchmarks.Reliability;

/// <summary>What became of requests. Each is counted once.</summary>
/// <param name="Answered">With 200.</param>
/// <param name="Refused">With another status: the caller knows that it has to come again.</param>
/// <param name="NotConnected">No connection could be made, so nothing was sent.</param>
/// <param name="Lost">Sent, in part or whole, and not answered.</param>
internal readonly record struct RequestCounts(long Answered, long Refused, long NotConnected, long Lost)
{
    /// <summary>Those for which a connection was made.</summary>
    public long Sent => Answered + Refused + Lost;

    public static RequestCounts operator +(RequestCounts left, RequestCounts right) => new(
        left.Answered + right.Answered, left.Refused + right.Refused, left.NotConnected + right.NotConnected, left.Lost + right.Lost);

    public static MarkdownTable Table(params IEnumerable<(string What, RequestCounts Counts)> rows)
    {
        var table = new MarkdownTable("", "sent", "answered", "refused", "not connected", "lost");
        foreach (var (what, counts) in rows)
            table.Add(what, $"{counts.Sent}", $"{counts.Answered}", $"{counts.Refused}", $"{counts.NotConnected}", $"{counts.Lost}");
        return table;
    }
}
