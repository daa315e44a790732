using System.Buffers.Binary;

namespace ResNetService.Api.Tests.Hosting;

/// <summary>Frames of HTTP/2 that cost little to send and much to answer, at the address of gRPC.</summary>
public sealed class HostileHttp2Tests : IDisposable
{
    private const byte Headers = 1, ResetStream = 3, Settings = 4, Continuation = 9;
    private const byte EndStream = 1, EndHeaders = 4;

    private readonly ServiceHost _host = new(new() { ["Grpc:Url"] = "http://127.0.0.2:0" });

    public void Dispose() => _host.Dispose();

    /// <summary>:method POST and :scheme http by their index, :path by text.</summary>
    private static readonly byte[] Head = [0x83, 0x86, 0x04, 0x02, (byte)'/', (byte)'x'];

    [Fact]
    public async Task HeadersWithoutEnd_InContinuationFrames_EndTheConnection()
    {
        using var connection = await OpenAsync();
        await connection.SendAsync(Frame(Headers, 0, 1, Head));

        // An indexed header, thousands of times in each frame.
        var more = Frame(Continuation, 0, 1, [.. Enumerable.Repeat((byte)0x86, 16_000)]);

        await EndsAsync(connection, more, most: 10_000);
    }

    [Fact]
    public async Task StreamsThatAreResetAsSoonAsTheyAreOpen_EndTheConnection_AndOthersAreAnswered()
    {
        using var connection = await OpenAsync();
        var stream = 1;

        await EndsAsync(connection, () =>
        {
            byte[] frames = [.. Enumerable.Range(0, 500).SelectMany(_ => Reset(stream += 2))];
            return frames;
        }, most: 1000);

        static byte[] Reset(int id) => [.. Frame(Headers, EndHeaders | EndStream, id, Head), .. Frame(ResetStream, 0, id, [0, 0, 0, 8])];
    }

    private async Task<RawConnection> OpenAsync()
    {
        var connection = await RawConnection.OpenAsync(_host.Addresses[1]);
        await connection.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        await connection.SendAsync(Frame(Settings, 0, 0, []));
        return connection;
    }

    private Task EndsAsync(RawConnection connection, byte[] frames, int most) => EndsAsync(connection, () => frames, most);

    /// <summary>Sends until the service has had enough.</summary>
    private async Task EndsAsync(RawConnection connection, Func<byte[]> frames, int most)
    {
        var replies = connection.ReadToEndAsync();
        try
        {
            for (var sent = 0; !replies.IsCompleted; sent++)
            {
                Assert.True(sent < most, "The service takes whatever comes.");
                await connection.SendAsync(frames());
            }
        }
        catch (IOException)
        {
            // As it should.
        }

        await replies;
        Assert.Equal("ready", (await _host.Client.GetJsonAsync("/health/ready")).Text("status"));
    }

    private static byte[] Frame(byte type, int flags, int stream, byte[] payload)
    {
        var head = new byte[9];
        BinaryPrimitives.WriteInt32BigEndian(head, payload.Length << 8 | type);
        head[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(5), stream);
        return [.. head, .. payload];
    }
}
