using System.Net.Sockets;
using System.Text;

namespace ResNetService.Api.Tests.Classify;

/// <summary>A caller whose connection breaks while it sends. The log is what is left to see of it.</summary>
public sealed class DepartedCallerTests
{
    [Theory]
    [InlineData("image/png", "PNG")]
    [InlineData("application/json", """{"images":[{"data":"AAAA""")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=a; filename=a\r\n\r\nPNG")]
    public async Task Connection_ThatBreaksWithinTheBody_IsNoFailureOfTheService(string type, string start)
    {
        using var models = TinyModelRepository.WithColor();
        using var service = new ServiceProcess($"--Models:Path={models.Path}", "--urls=http://127.0.0.1:0");
        var address = new Uri((await service.LineAsync(line => line.Contains("Now listening on", StringComparison.Ordinal))).TrimEnd().Split(' ')[^1]);
        await service.LineAsync(line => line.Contains("Whoever reaches the service", StringComparison.Ordinal));

        // Many, since what the server notices first is a matter of chance.
        for (var i = 0; i < 30; i++)
            await SendAndBreakAsync(address, $"POST /classify HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: {type}\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n", start);
        using var client = new HttpClient { BaseAddress = address };
        await client.PostAsync(Replies.Raw(Replies.Red));
        var lines = new List<string>();
        await service.LineAsync(line =>
        {
            lines.Add(line);
            return line.Contains("responded 200", StringComparison.Ordinal);
        });

        Assert.All(lines[..^1], line => Assert.Contains("responded 499", line, StringComparison.Ordinal));
    }

    private static async Task SendAndBreakAsync(Uri address, string head, string start)
    {
        var token = TestContext.Current.CancellationToken;
        using var connection = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
        await connection.ConnectAsync(address.Host, address.Port, token);
        await connection.SendAsync(Encoding.ASCII.GetBytes(head), token);
        // "100 Continue" says that the body is being read.
        await connection.ReceiveAsync(new byte[100], token);
        await connection.SendAsync(Encoding.ASCII.GetBytes(start), token);
    }
}
