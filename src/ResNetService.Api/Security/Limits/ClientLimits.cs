using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using ResNetService.Api.Errors;

namespace ResNetService.Api.Security.Limits;

/// <summary>What each client has left, in requests and in images. Null where there is no limit.</summary>
internal sealed class ClientLimits(IOptions<RateLimitOptions> options) : IDisposable
{
    public ClientBuckets? Requests { get; } = options.Value is { RequestsPerMinute: > 0 } o ? new("requests", o.RequestsPerMinute, o.RequestBurst) : null;

    public ClientBuckets? Images { get; } = options.Value is { ImagesPerMinute: > 0 } o ? new("images", o.ImagesPerMinute, o.ImageBurst) : null;

    /// <summary>When it is known how many images a request has, and before one is decoded.</summary>
    /// <exception cref="ProblemException">They are more than the client has left.</exception>
    public void TakeImages(HttpContext context, int count)
    {
        if (Images is null)
            return;
        if (count > Images.Size)
            throw ProblemException.Invalid($"The request has {count} images, and a client may send {Images.Size} at once: send fewer in one request.");
        using var lease = Images.Limiter.AttemptAcquire(context, count);
        if (!lease.IsAcquired)
            throw new ProblemException(Refused(lease, $"{count} more images are more than this client may send now"));
    }

    public static Problem RefusedRequest(RateLimitLease lease) => Refused(lease, "This client has sent as many requests as it may");

    /// <summary>The headers of the IETF's draft, on every answer to a request that counts.</summary>
    public Task TellAsync(HttpContext context, RequestDelegate next)
    {
        ClientBuckets[] buckets = [.. new[] { Requests, Images }.OfType<ClientBuckets>()];
        if (buckets.Length == 0 || !Client.IsCounted(context))
            return next(context);
        context.Response.OnStarting(() =>
        {
            context.Response.Headers["RateLimit-Policy"] = string.Join(", ", buckets.Select(bucket => bucket.Policy));
            context.Response.Headers["RateLimit"] = string.Join(", ", buckets.Select(bucket => bucket.StateOf(context)));
            return Task.CompletedTask;
        });
        return next(context);
    }

    public void Dispose()
    {
        Requests?.Dispose();
        Images?.Dispose();
    }

    private static Problem Refused(RateLimitLease lease, string what)
    {
        var retryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var delay) ? delay : TimeSpan.FromSeconds(1);
        return new(ProblemKind.RateLimited, $"{what}: come again after 'Retry-After' seconds.", retryAfter);
    }
}
