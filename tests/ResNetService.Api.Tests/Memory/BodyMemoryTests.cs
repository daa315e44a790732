using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using ResNetService.Api.Memory;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Api.Tests.OpenInference;

namespace ResNetService.Api.Tests.Memory;

/// <summary>All requests together hold 10,000 bytes at most, and one may have as many.</summary>
public sealed class BodyMemoryTests : IDisposable
{
    private const int Most = 10_000;

    private readonly GatedBackend _backend = new();
    private readonly ServiceHost _host;
    private readonly BodyMemory _memory;

    public BodyMemoryTests()
    {
        _host = new(new() { ["Requests:MaxBytes"] = $"{Most}", ["Requests:MaxBytesHeld"] = $"{Most}", ["Grpc:Url"] = "http://127.0.0.2:0" }, _backend.Replace);
        _memory = _host.Services.GetRequiredService<BodyMemory>();
    }

    public void Dispose()
    {
        _backend.Open();
        _host.Dispose();
        _backend.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_ForWhichThereIsNoRoom_IsToldWhenToComeAgain(bool announced)
    {
        var running = await HoldAsync(6000);
        Assert.Equal(6000, _memory.Held);

        using (var refused = await SendAsync(Padded(6000), announced))
        {
            var problem = await refused.ReadProblemAsync(503, "memory-full");
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
            Assert.Contains($"{Most} bytes", problem.Text("detail"), StringComparison.Ordinal);
        }

        // There is room for a smaller one, which waits for its turn; then for everybody.
        var second = SendAsync(Padded(3000), announced);
        await HeldAsync(9000);
        _backend.Open();
        Assert.True((await running).IsSuccessStatusCode && (await second).IsSuccessStatusCode);
        await HeldAsync(0);
        Assert.True((await SendAsync(Padded(9000), announced)).IsSuccessStatusCode);
    }

    /// <summary>It could come again as often as it likes.</summary>
    [Theory]
    [InlineData("POST", "/classify", "413")]
    [InlineData("POST", "/v2/models/color/infer", "413")]
    [InlineData("POST", "/health/live", "405")]
    public async Task Body_LongerThanAnyMayBe_IsToldSo_AndNotToComeAgain(string method, string route, string status)
    {
        var address = _host.Client.BaseAddress!;
        using var connection = await RawConnection.OpenAsync(address);
        await connection.SendAsync($"{method} {route} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: image/png\r\nContent-Length: 9999999999\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", await connection.StatusAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_ThatAreAnnouncedAndNotSent_AreNotHeld()
    {
        using var connection = await RawConnection.PostAsync(_host.Client, $"Content-Type: image/png\r\nContent-Length: {Most}\r\n\r\nhalf");
        await HeldAsync(4);

        Assert.True((await SendAsync(Padded(9000), announced: true)).IsSuccessStatusCode);

        // Whoever leaves gives his back.
        connection.Dispose();
        await HeldAsync(0);
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { "/classify", "application/json", """{"images":[{"data":"AAAA"},{"data":"AAAA"}],"unknown":1}""" },
        { "/classify", "application/json", """{"images":[{"data":"AAA""" },
        { "/classify", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\nGIF89a" },
        { "/classify", "image/png", "no image" },
        { "/classify", "text/plain", "no image" },
        { "/embed", "image/png", "no image" },
        { "/models/color", "application/json", """{"inputs":"AAAA","inputs":"no base64"}""" },
        { "/v2/models/color/infer", "application/json", """{"inputs":[{"name":"image","shape":[2],"datatype":"BYTES","data":["AAAA"]}]}""" },
        { "/v2/models/color/infer", "application/octet-stream", "short" },
        { "/v2/repository/index", "application/json", "{" },
        { "/nowhere", "image/png", "no image" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Body_OfARequestThatFails_IsGivenBack(string route, string type, string body)
    {
        using var response = await _host.Client.PostAsync(new Uri(route, UriKind.Relative), Replies.Raw(Encoding.UTF8.GetBytes(body), type), TestContext.Current.CancellationToken);

        Assert.InRange((int)response.StatusCode, 400, 499);
        await HeldAsync(0);
    }

    [Fact]
    public async Task Message_OfGrpc_IsCountedLikeAnyBody_AndToldInItsWords()
    {
        using var channel = GrpcChannel.ForAddress(_host.Addresses[1]);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        var running = await HoldAsync(6000);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await client.ModelInferAsync(Message(6000), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Contains(refused.Trailers, trailer => trailer is { Key: "grpc-retry-pushback-ms", Value: "1000" });
        _backend.Open();
        await running;
        await HeldAsync(0);
        await client.ModelInferAsync(Message(6000), cancellationToken: TestContext.Current.CancellationToken);
        await HeldAsync(0);

        static ModelInferRequest Message(int bytes) => new()
        {
            ModelName = "color",
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "image", Datatype = "BYTES", Shape = { 1 } } },
            RawInputContents = { Google.Protobuf.ByteString.CopyFrom(V2.Elements(Padded(bytes))) },
        };
    }

    /// <summary>An image of so many bytes: what follows its end is passed over.</summary>
    private static byte[] Padded(int bytes) => [.. Replies.Red, .. new byte[bytes - Replies.Red.Length]];

    /// <summary>A request that waits in its run, all of its body held.</summary>
    private async Task<Task<HttpResponseMessage>> HoldAsync(int bytes)
    {
        _backend.Close();
        var running = SendAsync(Padded(bytes), announced: true);
        await _backend.RunWaitsAsync();
        return running;
    }

    private Task<HttpResponseMessage> SendAsync(byte[] image, bool announced)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/classify") { Content = Replies.Raw(image) };
        request.Headers.TransferEncodingChunked = !announced;
        return _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Ends when so many bytes are held: a client has its answer before its request has ended.</summary>
    private async Task HeldAsync(long bytes)
    {
        while (_memory.Held != bytes)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
