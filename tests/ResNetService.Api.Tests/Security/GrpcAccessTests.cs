using Grpc.Core;
using Grpc.Net.Client;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Api.Tests.OpenInference;

namespace ResNetService.Api.Tests.Security;

public sealed class GrpcAccessTests : IDisposable
{
    private readonly ServiceHost _host = new(new(Callers.Settings) { ["Grpc:Url"] = "http://127.0.0.2:0", ["RateLimits:RequestsPerMinute"] = "3", ["RateLimits:ImagesPerMinute"] = "1" });
    private readonly GrpcChannel _channel;
    private readonly GRPCInferenceService.GRPCInferenceServiceClient _client;

    public GrpcAccessTests()
    {
        _channel = GrpcChannel.ForAddress(_host.Addresses[1]);
        _client = new(_channel);
    }

    public void Dispose()
    {
        _channel.Dispose();
        _host.Dispose();
    }

    [Theory]
    [InlineData("authorization", "Bearer ")]
    [InlineData("x-api-key", "")]
    public async Task Call_WithAKey_IsAnswered(string name, string before) =>
        Assert.Equal("ResNetService", (await _client.ServerMetadataAsync(new(), With(name, before + Callers.Classifier))).Name);

    [Fact]
    public async Task Call_WithoutAKey_IsUnauthenticated_AndSaysHowToSendOne()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => _client.ModelInferAsync(Image(), With()).ResponseAsync);

        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
        Assert.Contains("X-Api-Key: <it>", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_WithoutTheScope_IsDenied()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => _client.ModelInferAsync(Image(), With("x-api-key", Callers.Administrator)).ResponseAsync);

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        Assert.Contains("needs the scope 'classify'", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_IsAnsweredToEverybody_HoweverOften()
    {
        var check = new Method<byte[], byte[]>(MethodType.Unary, "grpc.health.v1.Health", "Check", Marshallers.Create<byte[]>(b => b, b => b), Marshallers.Create<byte[]>(b => b, b => b));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal([0x08, 0x01], await _channel.CreateCallInvoker().AsyncUnaryCall(check, null, With(), []));
            Assert.True((await _client.ServerLiveAsync(new(), With())).Live);
            Assert.True((await _client.ServerReadyAsync(new(), With())).Ready);
        }
    }

    [Fact]
    public async Task Calls_OverTheLimit_AreExhausted_AndSayWhenToComeAgain()
    {
        for (var i = 0; i < 3; i++)
            await _client.ServerMetadataAsync(new(), With("x-api-key", Callers.Classifier));

        var error = await Assert.ThrowsAsync<RpcException>(() => _client.ServerMetadataAsync(new(), With("x-api-key", Callers.Classifier)).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Contains("as many requests as it may", error.Status.Detail, StringComparison.Ordinal);
        var seconds = int.Parse(error.Trailers.GetValue("retry-after")!, null);
        Assert.InRange(seconds, 1, 20);
        Assert.Equal($"{seconds}000", error.Trailers.GetValue("grpc-retry-pushback-ms"));
    }

    [Fact]
    public async Task Images_OverTheLimit_AreExhausted()
    {
        await _client.ModelInferAsync(Image(), With("x-api-key", Callers.Classifier));

        var error = await Assert.ThrowsAsync<RpcException>(() => _client.ModelInferAsync(Image(), With("x-api-key", Callers.Classifier)).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Contains("1 more images", error.Status.Detail, StringComparison.Ordinal);
    }

    private static ModelInferRequest Image() => new()
    {
        ModelName = "color",
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "image", Datatype = "UINT8", Shape = { 1, 8, 8, 3 } } },
        RawInputContents = { Google.Protobuf.ByteString.CopyFrom(V2.RedTensor) },
    };

    private static CallOptions With(string? name = null, string value = "") =>
        new(name is null ? null : new Metadata { { name, value } }, cancellationToken: TestContext.Current.CancellationToken);
}
