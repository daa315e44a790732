using System.Net.Sockets;
using System.Text;
using ResNetService.Fuzz.Campaigns;
using ResNetService.TestSupport;

namespace ResNetService.Fuzz.Targets.Http;

/// <summary>Whole requests, head and all, sent to the service as its own process over a connection each. It has no branches to be led by, only replies.</summary>
internal sealed class ServerTarget : IFuzzTarget
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string Png = Encoding.Latin1.GetString(TinyImage.Png(3, 2, 250, 10, 10));

    private readonly TinyModelRepository _models = TinyModelRepository.WithColor();
    private readonly ServerProcess _server;

    public ServerTarget() => _server = new(_models.Path);

    public string Name => "server";

    public IEnumerable<byte[]> Seeds => Targets.Words.Of(
        Post("/classify?topK=2", "Content-Type: image/png", Png),
        Post("/classify", "Content-Type: multipart/form-data; boundary=b", $"--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.png\"\r\n\r\n{Png}\r\n--b--\r\n"),
        Post("/classify", "Content-Type: application/json", $$"""{"images":[{"data":"{{Convert.ToBase64String(Encoding.Latin1.GetBytes(Png))}}"}]}"""),
        Post("/models/color", "Content-Type: application/json", $$"""{"inputs":"{{Convert.ToBase64String(Encoding.Latin1.GetBytes(Png))}}"}"""),
        Post("/v2/models/color/infer", "Content-Type: application/json", $$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{Convert.ToBase64String(Encoding.Latin1.GetBytes(Png))}}"]}]}"""),
        Post("/v2/models/color/infer", "Inference-Header-Content-Length: 0", new string('\x10', 192)),
        "POST /classify HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nContent-Type: image/png\r\n\r\n3;a=b\r\n\x89PN\r\n0\r\nTrailer: x\r\n\r\n",
        "POST /embed HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nContent-Type: image/png\r\n\r\n80000000\r\n",
        "GET /health/ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "POST /v2/repository/index HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");

    public IReadOnlyList<byte[]> Words => [.. UploadSeeds.Words, .. Targets.Words.Of(
        "HTTP/1.0", "Host: a\r\n", "Connection: close\r\n", "Connection: keep-alive\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity, chunked\r\n", "Content-Length: 0\r\n", "Content-Length: 99999999999\r\n", "Expect: 100-continue\r\n", "Upgrade: h2c\r\n",
        "0\r\n\r\n", "FFFFFFFF\r\n", "POST ", "GET ", "PUT ", "/classify", "/embed", "/explain", "/models/", "/labels", "/v2/", "%00", "%2e%2e/", "//", "?model=", "\0", " :", "\t", "Accept: image/png\r\n")];

    /// <summary>Kestrel's work is not on this thread; what a connection takes here is a few buffers.</summary>
    public long MostAllocated => 8 * 1024 * 1024;

    public string Run(byte[] input)
    {
        var reply = Encoding.Latin1.GetString(Exchange(input));
        _server.Check();
        if (reply.Length == 0)
            return "closed";
        if (!reply.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || reply.Length < 12)
            throw new BrokenPromiseException($"The reply is no HTTP: {reply}");
        var status = reply[9..12];
        return status is "500" or "502" ? throw new BrokenPromiseException($"The service failed: {reply}") : $"{status} {Kind(reply)}";
    }

    public void Dispose()
    {
        _server.Dispose();
        _models.Dispose();
    }

    /// <summary>All that comes back until the server closes the connection, which the end of ours makes it do.</summary>
    private byte[] Exchange(byte[] input)
    {
        using var client = new TcpClient { SendTimeout = (int)Patience.TotalMilliseconds, ReceiveTimeout = (int)Patience.TotalMilliseconds };
        client.Connect(_server.Address.Host, _server.Address.Port);
        using var stream = client.GetStream();
        var received = new MemoryStream();
        try
        {
            stream.Write(input);
            client.Client.Shutdown(SocketShutdown.Send);
            stream.CopyTo(received);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.TryAgain or SocketError.WouldBlock })
        {
            throw new BrokenPromiseException($"No end of the reply within {Patience.TotalSeconds} s: {Encoding.Latin1.GetString(received.ToArray())}");
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Reset by the server: it may refuse what it has not read.
        }

        return received.ToArray();
    }

    private static string Kind(string reply)
    {
        var start = reply.IndexOf("urn:resnetservice:problem:", StringComparison.Ordinal);
        return start < 0 ? "" : reply[start..].Split('"')[0];
    }

    private static string Post(string path, string header, string body) =>
        $"POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{header}\r\nContent-Length: {body.Length}\r\n\r\n{body}";
}
