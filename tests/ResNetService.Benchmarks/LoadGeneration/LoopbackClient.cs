using System.Net.Http.Headers;

namespace ResNetService.Benchmarks.LoadGeneration;

/// <summary>Sends images to a server on this machine, and to no other.</summary>
internal sealed class LoopbackClient : IDisposable
{
    private static readonly MediaTypeHeaderValue Jpeg = new("image/jpeg");

    private readonly HttpClient _client;
    private readonly Uri _address;

    /// <param name="connections">The most that are open at once.</param>
    public LoopbackClient(Uri address, int connections)
    {
        if (!address.IsLoopback)
            throw new ArgumentException($"{address} is not of this machine; load is for servers that this program has started", nameof(address));
        _address = address;
        _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseProxy = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The caller disposes the answer, which has been read to its end.</summary>
    public async Task<HttpResponseMessage> SendAsync(byte[] image, CancellationToken cancellationToken)
    {
        using var body = new ByteArrayContent(image) { Headers = { ContentType = Jpeg } };
        return await _client.PostAsync(_address, body, cancellationToken);
    }

    public void Dispose() => _client.Dispose();
}
