using System.Net;
using System.Net.Http.Headers;

namespace ResNetService.Modeling.Pull;

/// <summary>
/// Brings a file over HTTP into a <see cref="PartialFile"/>, going on where the connection broke (RFC 9110, sections 13.1.5 and 14.2:
/// If-Range and Range), and starting over where the server has another version meanwhile or does not give parts.
/// </summary>
internal sealed class Download(RedirectingClient client, DownloadPolicy policy, TimeProvider time)
{
    private const int BufferSize = 1 << 16;

    /// <param name="size">What is published of it.</param>
    /// <param name="part">Holds the whole file afterwards, or what came of it.</param>
    /// <param name="progress">Bytes that are there, of those that there will be.</param>
    /// <exception cref="DownloadException">The file cannot be had.</exception>
    public async Task RunAsync(Uri url, PublishedSize? size, PartialFile part, IProgress<(long Bytes, long Total)>? progress, CancellationToken cancellationToken)
    {
        var (attempts, furthest) = (0, part.Length);
        while (true)
        {
            try
            {
                await AttemptAsync(url, size, part, progress, cancellationToken);
                return;
            }
            catch (InterruptedException e)
            {
                attempts = part.Length > furthest ? 1 : attempts + 1;
                furthest = Math.Max(furthest, part.Length);
                if (attempts >= policy.MaxAttempts)
                    throw new DownloadException($"{url} {e.Message}, {attempts} times in a row{Kept(part)}", e);
                await Task.Delay(policy.DelayAfter(attempts, e.RetryAfter), time, cancellationToken);
            }
        }
    }

    private static string Kept(PartialFile part) => part is { Length: > 0, ETag: not null }
        ? $"; {part.Length} bytes are kept, and the same command goes on from there"
        : "; nothing is kept";

    private async Task AttemptAsync(Uri url, PublishedSize? size, PartialFile part, IProgress<(long Bytes, long Total)>? progress, CancellationToken cancellationToken)
    {
        using var network = new NetworkGuard(url, policy.InactivityTimeout, time, cancellationToken);
        using var response = await network.RunAsync(token => client.GetAsync(url, request => AskForRest(request, part), token), isFirstContact: part.Length == 0);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && part.Length > 0 && response.Content.Headers.ContentRange?.Length == part.Length)
            return;
        if (response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable || (response.StatusCode == HttpStatusCode.PartialContent && !Continues(response, part)))
        {
            part.Restart(null);
            throw new InterruptedException("does not send the part that was asked for");
        }

        if (!response.IsSuccessStatusCode)
            throw Refusal(url, response);

        // Before what is there already is given up for this answer.
        var total = RequireTheFile(url, response, size);
        if (response.StatusCode != HttpStatusCode.PartialContent)
            part.Restart(response.Headers.ETag is { IsWeak: false } etag ? etag.Tag : null);
        await CopyAsync(url, response, network, part, total, size?.Max ?? policy.MaxBytes, progress);

        if (total is { } expected && part.Length != expected)
            throw new InterruptedException($"ended after {part.Length} of {expected} bytes");
        if (size?.Covers(part.Length) == false)
            throw GivenUp(part, $"{url} has {part.Length} bytes, and {size} are published: it is another file");
    }

    private static void AskForRest(HttpRequestMessage request, PartialFile part)
    {
        if (part is not { Length: > 0, ETag: { } etag })
            return;
        request.Headers.Range = new(part.Length, null);
        request.Headers.IfRange = new(new EntityTagHeaderValue(etag));
    }

    /// <summary>A server that overlooks If-Range may send the rest of another version.</summary>
    private static bool Continues(HttpResponseMessage response, PartialFile part) =>
        response.Content.Headers.ContentRange is { Unit: "bytes" } range
        && range.From == part.Length
        && part.ETag is not null
        && (response.Headers.ETag is null || response.Headers.ETag.Tag == part.ETag);

    /// <returns>The length of the whole file; null where the server does not give it.</returns>
    private long? RequireTheFile(Uri url, HttpResponseMessage response, PublishedSize? size)
    {
        var headers = response.Content.Headers;
        if (headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml")
            throw new DownloadException($"{url} answered with a web page in place of the file: a login, a proxy's or a consent page; open the address in a browser to see it");
        if (headers.ContentEncoding.Count > 0)
            throw new DownloadException($"{url} answered in the encoding {string.Join(", ", headers.ContentEncoding)}, which was not asked for");

        var total = response.StatusCode == HttpStatusCode.PartialContent ? headers.ContentRange!.Length : headers.ContentLength;
        if (total is { } bytes && size?.Covers(bytes) == false)
            throw new DownloadException($"{url} has {bytes} bytes, and {size} are published: it is another file");
        return total > policy.MaxBytes ? throw new DownloadException($"{url} has {total} bytes; at most {policy.MaxBytes} are fetched") : total;
    }

    private static async Task CopyAsync(
        Uri url, HttpResponseMessage response, NetworkGuard network, PartialFile part, long? total, long most, IProgress<(long Bytes, long Total)>? progress)
    {
        using var body = await network.RunAsync(token => response.Content.ReadAsStreamAsync(token));
        var buffer = new byte[BufferSize];
        for (int read; (read = await network.RunAsync(token => body.ReadAsync(buffer, token).AsTask())) > 0;)
        {
            part.Append(buffer.AsSpan(0, read));
            if (part.Length > most)
                throw GivenUp(part, $"{url} sends more than {most} bytes, and the file has no more");
            if (total is { } whole)
                progress?.Report((part.Length, whole));
        }
    }

    private static DownloadException GivenUp(PartialFile part, string reason)
    {
        part.Restart(null);
        return new($"{reason}; nothing is kept");
    }

    private Exception Refusal(Uri url, HttpResponseMessage response)
    {
        var status = $"answered {(int)response.StatusCode} ({response.ReasonPhrase})";
        return response.StatusCode switch
        {
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
                or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => new InterruptedException(status, RetryAfter(response)),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new DownloadException($"{url} {status}: the file is not there (any more); --mirror names another place"),
            HttpStatusCode.ProxyAuthenticationRequired => new DownloadException($"{url}: the proxy {status}; HTTPS_PROXY may hold a name and a password"),
            _ => new DownloadException($"{url} {status}"),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };
}
