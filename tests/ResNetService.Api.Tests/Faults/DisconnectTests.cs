using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ResNetService.Api.Memory;

namespace ResNetService.Api.Tests.Faults;

/// <summary>A client whose connection breaks, at each stage of a request.</summary>
public sealed class DisconnectTests
{
    private static readonly string Head = string.Create(
        CultureInfo.InvariantCulture, $"POST /classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: {Replies.Red.Length}\r\n\r\n");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="sent">Bytes of head and body before the connection breaks; negative, from the end.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(60)]
    [InlineData(-40)]
    [InlineData(-1)]
    public async Task BeforeTheRequestIsWhole_NothingIsHeld(int sent)
    {
        await using var host = new ServiceHost();
        byte[] request = [.. Encoding.ASCII.GetBytes(Head), .. Replies.Red];

        for (var i = 0; i < 20; i++)
        {
            using var socket = await ConnectAsync(host);
            await socket.SendAsync(request.AsMemory(0, sent < 0 ? request.Length + sent : sent), Token);
        }

        await EndsWellAsync(host);
    }

    [Fact]
    public async Task WhileItsImageWaitsOrRuns_ItsPlaceIsFree()
    {
        using var gate = new GatedBackend();
        await using var host = new ServiceHost(new() { ["Batching:Runners"] = "1", ["Batching:MaxBatchSize"] = "1" }, gate.Replace);
        gate.Close();
        for (var i = 0; i < 5; i++)
        {
            using var socket = await ConnectAsync(host);
            await socket.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(Head), .. Replies.Red], Token);
            if (i == 0)
                await gate.RunWaitsAsync();
            while (await HeldAsync(host) < (i == 0 ? 1 : 2))
                await Task.Yield();
            socket.Close(0);
            // The one that runs is held until its run has ended; those that wait behind it go at once.
            while (await HeldAsync(host) > 1)
                await Task.Yield();
        }

        gate.Open();
        await EndsWellAsync(host);
        Assert.InRange(gate.Runs, 1, 2);
    }

    [Fact]
    public async Task WhileItReadsItsAnswer_NothingIsHeld()
    {
        await using var host = new ServiceHost();
        for (var i = 0; i < 20; i++)
        {
            using var socket = await ConnectAsync(host);
            await socket.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(Head), .. Replies.Red], Token);
            await socket.ReceiveAsync(new byte[10], Token);
        }

        await EndsWellAsync(host);
    }

    /// <summary>That resets the connection when it is closed, as a machine that loses its power.</summary>
    private static async Task<Socket> ConnectAsync(ServiceHost host)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
        await socket.ConnectAsync(host.Client.BaseAddress!.Host, host.Client.BaseAddress.Port, Token);
        return socket;
    }

    private static async Task EndsWellAsync(ServiceHost host)
    {
        Assert.Equal("blue", (await host.Client.PostAsync(Replies.Raw(Replies.Blue))).GetProperty("results")[0].GetProperty("predictions")[0].Text("label"));
        while (await HeldAsync(host) > 0 || host.Services.GetRequiredService<BodyMemory>().Held > 0)
            await Task.Yield();
    }

    private static async Task<int> HeldAsync(ServiceHost host) => (await host.Client.GetJsonAsync("/stats")).GetProperty("models")[0].GetProperty("held").GetInt32();
}
