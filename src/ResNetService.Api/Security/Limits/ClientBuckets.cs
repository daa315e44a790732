using System.Threading.RateLimiting;

namespace ResNetService.Api.Security.Limits;

/// <summary>A bucket of tokens for each client. One that is full again, and has not been asked for ten seconds, is forgotten.</summary>
internal sealed class ClientBuckets : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly string _name;
    private readonly TimeSpan _period;

    /// <param name="name">What a token is, in headers.</param>
    /// <param name="burst">0 for as many as in a minute.</param>
    public ClientBuckets(string name, int perMinute, int burst)
    {
        (_name, _period, Size) = (name, Minute / perMinute, burst == 0 ? perMinute : burst);
        var options = new TokenBucketRateLimiterOptions { TokenLimit = Size, TokensPerPeriod = 1, ReplenishmentPeriod = _period, QueueLimit = 0 };
        Limiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Client.IsCounted(context)
            ? RateLimitPartition.GetTokenBucketLimiter(Client.Of(context), _ => options)
            : RateLimitPartition.GetNoLimiter(""));
    }

    /// <summary>Tokens of a full bucket.</summary>
    public int Size { get; }

    public PartitionedRateLimiter<HttpContext> Limiter { get; }

    /// <summary>As the draft of the IETF has it: so many in so many seconds, after which an empty bucket is full.</summary>
    public string Policy => $"\"{_name}\";q={Size};w={Seconds(Size)}";

    /// <summary>So many are left now, and in so many seconds it is full.</summary>
    public string StateOf(HttpContext context)
    {
        var left = (int)Math.Min(Size, Limiter.GetStatistics(context)?.CurrentAvailablePermits ?? Size);
        return $"\"{_name}\";r={left};t={Seconds(Size - left)}";
    }

    public void Dispose() => Limiter.Dispose();

    private long Seconds(int tokens) => (long)Math.Ceiling((tokens * _period).TotalSeconds);
}
