namespace ResNetService.Api.Tests.Hosting;

public sealed class WholeRepliesTests(ServiceHost host) : IClassFixture<ServiceHost>
{
    [Theory]
    [InlineData("GET", "/health/ready")]
    [InlineData("GET", "/models")]
    [InlineData("GET", "/v2/models/color")]
    [InlineData("POST", "/classify")]
    [InlineData("POST", "/v2/repository/index")]
    [InlineData("GET", "/nothing")]
    public async Task ShortReply_HasItsLength(string method, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
        if (path == "/classify")
            request.Content = Replies.Raw(Replies.Red);
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        Assert.Null(response.Headers.TransferEncodingChunked);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.NotEmpty(body);
    }

    /// <summary>It is sent as it comes, and all of it.</summary>
    [Fact]
    public async Task LongReply_IsWhole()
    {
        using var form = Replies.Form([.. Enumerable.Range(0, 250).Select(i => (new string('n', 200) + i, Replies.Red))]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = form };
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        var reply = await response.ReadAsync(System.Net.HttpStatusCode.OK);
        Assert.Equal(250, reply.GetProperty("results").GetArrayLength());
        Assert.InRange(reply.GetRawText().Length, 70_000, int.MaxValue);
    }

    [Fact]
    public async Task ReplyWithoutABody_HasNone()
    {
        using var first = await host.Client.GetAsync(new Uri("/labels/color", UriKind.Relative), TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/labels/color") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.NotModified, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
