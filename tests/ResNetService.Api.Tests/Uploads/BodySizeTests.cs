using System.Text;

namespace ResNetService.Api.Tests.Uploads;

public sealed class BodySizeTests : IDisposable
{
    private const int Limit = 5000;

    private const int ImageLimit = 3000;

    private readonly ServiceHost _host = new(new() { ["Requests:MaxBytes"] = $"{Limit}", ["Imaging:MaxBytes"] = $"{ImageLimit}" });

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/form-data; boundary=b")]
    public async Task ContentLength_OverTheLimit_IsRefusedBeforeTheBodyIsSent(string type)
    {
        var reply = await SendAsync($"Content-Length: {Limit + 1}\r\nContent-Type: {type}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", reply, StringComparison.Ordinal);
        Assert.Contains("urn:resnetservice:problem:too-many-bytes", reply, StringComparison.Ordinal);
        Assert.Contains($"{Limit} bytes", reply, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image/png", "")]
    [InlineData("application/json", "{\"images\":[{\"data\":\"")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\n")]
    public async Task Chunks_OverTheLimit_AreRefusedWhileTheyStream(string type, string start)
    {
        var chunk = $"{Limit:x}\r\n{new string('A', Limit)}\r\n";

        // The body never ends: the answer must come all the same.
        var reply = await SendAsync($"Transfer-Encoding: chunked\r\nContent-Type: {type}\r\n\r\n{(start.Length == 0 ? "" : $"{start.Length:x}\r\n{start}\r\n")}{chunk}{chunk}");

        Assert.StartsWith("HTTP/1.1 413 ", reply, StringComparison.Ordinal);
        Assert.Contains("urn:resnetservice:problem:too-many-bytes", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ContentLength_OverTheLimitOfAnImage_IsRefusedBeforeTheBodyIsSent()
    {
        var reply = await SendAsync($"Content-Length: {ImageLimit + 1}\r\nContent-Type: image/png\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", reply, StringComparison.Ordinal);
        Assert.Contains($"{ImageLimit} bytes", reply, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no hexadecimal length")]
    [InlineData("80000000")]
    [InlineData("ffffffffffffffff")]
    public async Task BrokenChunks_AreABadRequest(string size)
    {
        var reply = await SendAsync($"Transfer-Encoding: chunked\r\nContent-Type: image/png\r\n\r\n{size}\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", reply, StringComparison.Ordinal);
        Assert.Contains("urn:resnetservice:problem:invalid-request", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reply_DoesNotNameTheServer()
    {
        var reply = await SendAsync("Content-Length: 0\r\n\r\n");

        Assert.DoesNotContain("Server:", reply, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<string> SendAsync(string afterHost)
    {
        var token = TestContext.Current.CancellationToken;
        using var connection = await RawConnection.PostAsync(_host.Client, $"Connection: close\r\n{afterHost}");

        // Until the reply is complete: a refused body is not waited for, so the connection need not close at once.
        var reply = new StringBuilder();
        var buffer = new byte[4096];
        while (!reply.ToString().Contains('}', StringComparison.Ordinal) && await connection.Stream.ReadAsync(buffer, token) is > 0 and var read)
            reply.Append(Encoding.UTF8.GetString(buffer, 0, read));
        return reply.ToString();
    }
}
