using System.Net;
using System.Reflection;

namespace ResNetService.Modeling.Pull;

/// <summary>
/// Sends requests and follows redirects itself: a bounded number of them, and none from https to a plain connection or to a scheme
/// that is not HTTP. Proxies are .NET's: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, or the system's.
/// </summary>
internal sealed class RedirectingClient : IDisposable
{
    private readonly HttpClient _client;
    private readonly int _maxRedirects;

    /// <param name="handler">Does not follow redirects itself; disposed with the client.</param>
    public RedirectingClient(SocketsHttpHandler handler, int maxRedirects)
    {
        _maxRedirects = maxRedirects;
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new("resnet", Assembly.GetExecutingAssembly().GetName().Version!.ToString(3)));
        _client.DefaultRequestHeaders.AcceptEncoding.Add(new("identity"));
    }

    public static SocketsHttpHandler CreateHandler() => new() { AllowAutoRedirect = false, UseCookies = false };

    /// <summary>The answer's headers; its body is read by the caller.</summary>
    /// <param name="prepare">Completes the request to each address.</param>
    /// <exception cref="DownloadException">A redirect leads nowhere, or where it must not.</exception>
    public async Task<HttpResponseMessage> GetAsync(Uri url, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        var address = url;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            prepare(request);
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!IsRedirect(response.StatusCode))
                return response;

            using (response)
            {
                if (redirects == _maxRedirects)
                    throw new DownloadException($"{url} redirects more than {_maxRedirects} times");
                address = Next(address, response.Headers.Location);
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private static bool IsRedirect(HttpStatusCode status) =>
        status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static Uri Next(Uri address, Uri? location)
    {
        if (location is null)
            throw new DownloadException($"{address} redirects without an address");
        var next = new Uri(address, location);
        if (next.Scheme != Uri.UriSchemeHttps && !(next.Scheme == Uri.UriSchemeHttp && address.Scheme == Uri.UriSchemeHttp))
            throw new DownloadException($"{address} redirects to {next.GetLeftPart(UriPartial.Path)}, from {address.Scheme} to {next.Scheme}, which is not followed");
        return next;
    }
}
