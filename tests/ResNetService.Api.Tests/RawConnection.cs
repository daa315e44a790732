using System.Net.Sockets;
using System.Text;

namespace ResNetService.Api.Tests;

/// <summary>A connection on which a test writes what no client would.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();

    /// <summary>Kept, since the client gives none any more once the service has reset the connection.</summary>
    private NetworkStream? _stream;

    private RawConnection()
    {
    }

    public Stream Stream => _stream ?? throw new InvalidOperationException("It is not open.");

    /// <summary>A connection on which nothing was sent yet.</summary>
    /// <param name="receiveBuffer">Bytes that the system takes for a client that does not read.</param>
    public static async Task<RawConnection> OpenAsync(Uri address, int? receiveBuffer = null)
    {
        var connection = new RawConnection();
        if (receiveBuffer is { } bytes)
            connection._client.ReceiveBufferSize = bytes;
        try
        {
            await connection._client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
            connection._stream = connection._client.GetStream();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => Stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

    public ValueTask SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Nothing more is sent; what comes is still read.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>All that comes until the service closes the connection, whether it does so in order or not.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var (received, buffer) = (new MemoryStream(), new byte[16 * 1024]);
        try
        {
            while (await Stream.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var read)
                received.Write(buffer, 0, read);
        }
        catch (IOException)
        {
            // Reset.
        }

        return Encoding.Latin1.GetString(received.ToArray());
    }

    /// <summary>Sends the beginning of a request for a classification.</summary>
    /// <param name="afterHost">The other header lines, the empty line, and as much of the body as is sent.</param>
    public static async Task<RawConnection> PostAsync(HttpClient host, string afterHost)
    {
        var connection = await OpenAsync(host.BaseAddress!);
        try
        {
            await connection.SendAsync($"POST /classify HTTP/1.1\r\nHost: {host.BaseAddress!.Authority}\r\n{afterHost}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Asks for the same again and again, and takes as little of the answers as it can.</summary>
    public static async Task<RawConnection> GetManyAsync(HttpClient host, string path, int requests)
    {
        var (address, request) = (host.BaseAddress!, $"GET {path} HTTP/1.1\r\nHost: {host.BaseAddress!.Authority}\r\n\r\n");
        var connection = await OpenAsync(address, receiveBuffer: 1024);
        try
        {
            for (var i = 0; i < requests; i++)
                await connection.SendAsync(request);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The first line of the reply.</summary>
    public async Task<string?> StatusAsync()
    {
        using var reader = new StreamReader(Stream, leaveOpen: true);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => _client.Dispose();
}
