using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ResNetService.Api.Tests.Hosting;

/// <summary>What breaks the rules of HTTP or stretches them: an answer, or an error and the end of the connection.</summary>
public sealed class HostileConnectionTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    private const string Image = "Content-Type: image/png\r\n";
    private const string Close = "Connection: close\r\n";
    private const string Live = "GET /health/live HTTP/1.1\r\nHost: a\r\n";

    [Fact]
    public async Task Chunks_OfOneByte_AreOneImage()
    {
        var chunks = string.Concat(Replies.Red.Select(value => $"1\r\n{(char)value}\r\n"));

        var reply = await PostAsync($"{Close}{Image}Transfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", reply, StringComparison.Ordinal);
        Assert.Contains("\"red\"", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunks_WhoseExtensionsHaveNoEnd_AreRefusedByTheLimitOfBodies()
    {
        using var small = new ServiceHost(new() { ["Requests:MaxBytes"] = "5000" });
        using var connection = await RawConnection.PostAsync(small.Client, $"{Close}{Image}Transfer-Encoding: chunked\r\n\r\n1;");

        var reply = connection.ReadToEndAsync();
        await connection.SendAsync(new string('x', 100_000));

        Assert.Matches("^HTTP/1.1 4(00|13) ", await reply);
    }

    [Fact]
    public async Task ContentLength_ThatIsMoreThanComes_IsABadRequest()
    {
        using var connection = await RawConnection.PostAsync(host.Client, $"{Image}Content-Length: 1000\r\n\r\nhalf");
        connection.EndSending();

        // The connection is over: where a reply still goes out, it says so.
        Assert.Matches("^(HTTP/1.1 400 |$)", await connection.ReadToEndAsync());
        await AnswersAsync();
    }

    [Fact]
    public async Task ContentLength_ThatIsLessThanComes_LeavesARestThatIsNoRequest()
    {
        var reply = await PostAsync($"{Image}Content-Length: 4\r\n\r\nhalf and much more, which is no HTTP\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 415 ", reply, StringComparison.Ordinal);
        Assert.Equal(["HTTP/1.1 415", "HTTP/1.1 400"], Statuses(reply));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nContent-Length: 6\r\n")]
    [InlineData("Content-Length: -1\r\n")]
    [InlineData("Content-Length: 0x5\r\n")]
    [InlineData("Content-Length: 5, 5\r\n")]
    [InlineData("Content-Length: 99999999999999999999\r\n")]
    [InlineData("Transfer-Encoding: gzip\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n")]
    [InlineData("X: a\r\n Transfer-Encoding: chunked\r\n")]
    [InlineData("X\0: a\r\n")]
    public async Task Framing_ThatCanBeReadTwoWays_IsRefusedAndTheConnectionEnds(string headers)
    {
        var reply = await PostAsync($"{Image}{headers}\r\n0\r\n\r\n{Live}{Close}\r\n");

        Assert.Matches("^(HTTP/1.1 (400|411|413|501) |$)", reply);
        Assert.DoesNotContain("\"live\"", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ContentLength_BesideChunks_SmugglesNoRequest()
    {
        // Whoever goes by the length sees a second request in the body; whoever goes by the chunks sees none.
        var inner = $"{Live}\r\n";
        var reply = await PostAsync($"{Image}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n{inner.Length:x}\r\n{inner}\r\n0\r\n\r\n{Live}{Close}\r\n");

        Assert.True(Statuses(reply).Count(status => status.EndsWith("200", StringComparison.Ordinal)) <= 1, reply);
        Assert.Matches("^HTTP/1.1 4", reply);
    }

    [Fact]
    public async Task Requests_SentInOnePiece_AreAnsweredInTheirOrder()
    {
        var post = $"POST /classify?topK=1 HTTP/1.1\r\nHost: a\r\n{Image}Content-Length: ";
        var images = string.Concat(new[] { Replies.Red, Replies.Green, Replies.Blue }.Select(image => $"{post}{image.Length}\r\n\r\n{Encoding.Latin1.GetString(image)}"));
        using var connection = await RawConnection.OpenAsync(host.Client.BaseAddress!);
        await connection.SendAsync($"{images}{Live}{Close}\r\n");

        var reply = await connection.ReadToEndAsync();

        string[] answers = ["\"red\"", "\"green\"", "\"blue\"", "\"live\""];
        Assert.Equal(answers, answers.OrderBy(answer => reply.IndexOf(answer, StringComparison.Ordinal)));
        Assert.Equal(4, Statuses(reply).Count(status => status == "HTTP/1.1 200"));
    }

    [Fact]
    public async Task Head_WithTooManyOrTooLongHeaders_IsRefusedBeforeItsEnd()
    {
        var many = string.Concat(Enumerable.Range(0, 1000).Select(i => $"X-{i}: y\r\n"));

        Assert.StartsWith("HTTP/1.1 431 ", await PostAsync($"{many}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431 ", await PostAsync($"X: {new string('y', 200_000)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_ThatIsTooLong_IsRefusedBeforeItsEnd()
    {
        using var connection = await RawConnection.OpenAsync(host.Client.BaseAddress!);
        var reply = connection.ReadToEndAsync();
        await connection.SendAsync($"POST /classify?model={new string('m', 20_000)}");

        Assert.StartsWith("HTTP/1.1 414 ", await reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeadThatNeverEnds_IsEnded()
    {
        using var impatient = Impatient();
        using var connection = await RawConnection.PostAsync(impatient.Client, "X-Slow: ");

        Assert.StartsWith("HTTP/1.1 408 ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BodyThatComesTooSlowly_IsToldSo()
    {
        using var impatient = Impatient();
        using var connection = await RawConnection.PostAsync(impatient.Client, $"{Close}{Image}Content-Length: 1000\r\n\r\nhalf");

        var reply = await connection.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 408 ", reply, StringComparison.Ordinal);
        Assert.Contains("urn:resnetservice:problem:request-timeout", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientThatDoesNotReadItsAnswers_IsEnded()
    {
        using var impatient = Impatient();
        using var connection = await RawConnection.OpenAsync(impatient.Client.BaseAddress!, receiveBuffer: 4096);
        var requests = string.Concat(Enumerable.Repeat("GET /swagger/v1/swagger.json HTTP/1.1\r\nHost: a\r\n\r\n", 100));

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
                await connection.SendAsync(requests);
        });
    }

    /// <summary>What is configured, where nothing is set: these are promises.</summary>
    [Fact]
    public void Limits_AreThoseThatAreDocumented()
    {
        var limits = host.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.Equal(TimeSpan.FromSeconds(15), limits.RequestHeadersTimeout);
        Assert.Equal((1000, 10), (limits.MinRequestBodyDataRate!.BytesPerSecond, limits.MinRequestBodyDataRate.GracePeriod.TotalSeconds));
        Assert.Equal((50_000, 10), (limits.MinResponseDataRate!.BytesPerSecond, limits.MinResponseDataRate.GracePeriod.TotalSeconds));
        Assert.Equal((100, 32 * 1024, 8 * 1024, 1024 * 1024), (limits.MaxRequestHeaderCount, limits.MaxRequestHeadersTotalSize, limits.MaxRequestLineSize, (int)limits.MaxRequestBufferSize!));
        Assert.Equal(16, limits.Http2.MaxStreamsPerConnection);
    }

    /// <summary>The service with a second's patience in the place of ten and fifteen.</summary>
    private static ServiceHost Impatient() => new(new() { ["Requests:MaxAnswerTime"] = "00:00:01" }, services => services.PostConfigure<KestrelServerOptions>(kestrel =>
    {
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1);
        kestrel.Limits.MinRequestBodyDataRate = new(kestrel.Limits.MinRequestBodyDataRate!.BytesPerSecond, TimeSpan.FromSeconds(1.5));
    }));

    private async Task<string> PostAsync(string afterHost)
    {
        using var connection = await RawConnection.PostAsync(host.Client, afterHost);
        return await connection.ReadToEndAsync();
    }

    private async Task AnswersAsync() => Assert.Equal("live", (await host.Client.GetJsonAsync("/health/live")).Text("status"));

    private static string[] Statuses(string replies) =>
        [.. replies.Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries).Select(reply => $"HTTP/1.1 {reply[..3]}")];
}
