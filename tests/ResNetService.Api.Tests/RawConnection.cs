using System.Net.Sockets;
using System.Text;

namespace ResNetService.Api.Tests;

/// <summary>A connection on which a test writes what no client would.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();

    private RawConnection()
    {
    }

    public Stream Stream => _client.GetStream();

    /// <summary>Sends the beginning of a request for a classification.</summary>
    /// <param name="afterHost">The other header lines, the empty line, and as much of the body as is sent.</param>
    public static async Task<RawConnection> PostAsync(HttpClient host, string afterHost)
    {
        var (connection, address, token) = (new RawConnection(), host.BaseAddress!, TestContext.Current.CancellationToken);
        try
        {
            await connection._client.ConnectAsync(address.Host, address.Port, token);
            await connection.Stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /classify HTTP/1.1\r\nHost: {address.Authority}\r\n{afterHost}"), token);
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
        var (connection, address, token) = (new RawConnection(), host.BaseAddress!, TestContext.Current.CancellationToken);
        try
        {
            connection._client.ReceiveBufferSize = 1024;
            await connection._client.ConnectAsync(address.Host, address.Port, token);
            var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n");
            for (var i = 0; i < requests; i++)
                await connection.Stream.WriteAsync(request, token);
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
