using System.Net;
using System.Net.Sockets;
using ResNetService.Api.Hosting;

namespace ResNetService.Api.Tests.Hosting;

public sealed class ListenSocketsTests : IDisposable
{
    private readonly ListenSockets _sockets = new();
    private readonly Socket _socket;
    private readonly IPEndPoint _address;

    public ListenSocketsTests()
    {
        _socket = _sockets.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen();
        _address = (IPEndPoint)_socket.LocalEndPoint!;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _socket.Dispose();

    /// <summary>Else it would be reset, with the request that it may have sent.</summary>
    [Fact]
    public async Task Close_CallerThatIsConnectedAndNotTakenYet_IsTaken()
    {
        using var caller = new TcpClient();
        await caller.ConnectAsync(_address, Token);

        var closed = _sockets.CloseAsync(Token);
        using var taken = await _socket.AcceptAsync(Token);
        await closed;

        await caller.GetStream().WriteAsync(new byte[] { 7 }, Token);
        var sent = new byte[1];
        Assert.Equal(1, await taken.ReceiveAsync(sent, Token));
        Assert.Equal(7, sent[0]);
    }

    [Fact]
    public async Task Close_NobodyTakesWhoWaits_EndsAllTheSame_AndNobodyListens()
    {
        using var waits = new TcpClient();
        await waits.ConnectAsync(_address, Token);

        await _sockets.CloseAsync(Token);

        using var late = new TcpClient();
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(_address, Token).AsTask())).SocketErrorCode);
    }

    [Fact]
    public async Task Close_WhileOthersKnock_LetsNobodyIn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a filter of Linux");
        using var waits = new TcpClient();
        await waits.ConnectAsync(_address, Token);

        // Until the one that waits is taken, or has waited for long enough.
        var closed = _sockets.CloseAsync(Token);
        using var late = new TcpClient();
        var knocking = late.ConnectAsync(_address, Token).AsTask();
        await closed;

        await Assert.ThrowsAsync<SocketException>(() => knocking);
    }
}
