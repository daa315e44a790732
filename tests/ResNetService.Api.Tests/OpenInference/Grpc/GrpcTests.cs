using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Inference.Models;
using InputTensor = ResNetService.Api.OpenInference.Grpc.Messages.ModelInferRequest.Types.InferInputTensor;
using RequestedTensor = ResNetService.Api.OpenInference.Grpc.Messages.ModelInferRequest.Types.InferRequestedOutputTensor;

namespace ResNetService.Api.Tests.OpenInference.Grpc;

/// <summary>The protocol over gRPC, by a client that is generated from its file, at a Kestrel without TLS.</summary>
public sealed class GrpcTests : IDisposable
{
    private readonly GatedBackend _backend = new();
    private readonly ServiceHost _host;
    private readonly GrpcChannel _channel;
    private readonly GRPCInferenceService.GRPCInferenceServiceClient _client;

    public GrpcTests()
    {
        _host = new ServiceHost(
            new() { ["Grpc:Url"] = "http://127.0.0.2:0", ["Batching:QueueCapacity"] = "3", ["Requests:MaxBytes"] = "100000" }, _backend.Replace,
            TinyModelRepository.WithColor().AddWithFeatures("features", "1")
                .Add("broken", "1", [1, 2, 3], TinyModelRepository.Manifest())
                .Add("float", "1", TinyOnnx.MeanChannel(TinyModelRepository.Size), TinyModelRepository.Manifest("input", "float32", "nchw", "output")));
        _channel = GrpcChannel.ForAddress(_host.Addresses[1]);
        _client = new(_channel);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _backend.Open();
        _channel.Dispose();
        _host.Dispose();
        _backend.Dispose();
    }

    [Fact]
    public async Task Server_IsLiveAndReady_AndSaysWhatItIs()
    {
        Assert.True((await _client.ServerLiveAsync(new(), cancellationToken: Token)).Live);
        Assert.True((await _client.ServerReadyAsync(new(), cancellationToken: Token)).Ready);
        var server = await _client.ServerMetadataAsync(new(), cancellationToken: Token);
        Assert.Equal(("ResNetService", "0.1.0"), (server.Name, server.Version));
        Assert.Contains("classification", server.Extensions);
        Assert.Equal(["broken", "color", "features", "float"], (await _client.RepositoryIndexAsync(new(), cancellationToken: Token)).Models.Select(model => model.Name));
        Assert.DoesNotContain("broken", (await _client.RepositoryIndexAsync(new() { Ready = true }, cancellationToken: Token)).Models.Select(model => model.Name));
    }

    [Fact]
    public async Task Http_IsAnsweredAtItsOwnAddress() => await _host.Client.GetJsonAsync("/v2/health/live");

    [Fact]
    public async Task Model_IsDescribed()
    {
        var model = await _client.ModelMetadataAsync(new() { Name = "features", Version = "1" }, cancellationToken: Token);

        Assert.Equal(("features", "onnx_onnxv1"), (model.Name, model.Platform));
        Assert.Equal(["1"], model.Versions);
        Assert.Equal(("image", "UINT8"), (model.Inputs.Single().Name, model.Inputs.Single().Datatype));
        Assert.Equal([-1, 8, 8, 3], model.Inputs.Single().Shape);
        Assert.Equal([("logits", "FP32"), ("features", "FP32")], model.Outputs.Select(output => (output.Name, output.Datatype)));
        Assert.True((await _client.ModelReadyAsync(new() { Name = "features" }, cancellationToken: Token)).Ready);
        Assert.False((await _client.ModelReadyAsync(new() { Name = "broken" }, cancellationToken: Token)).Ready);
    }

    /// <summary>A status travels as a header: one that is too long for it would hold up every call of the connection.</summary>
    [Fact]
    public async Task Shape_OfManyDimensions_IsToldInShort_AndTheConnectionGoesOn()
    {
        var request = new ModelInferRequest { ModelName = "color", Inputs = { new InputTensor { Name = "image", Datatype = "UINT8" } } };
        request.Inputs[0].Shape.AddRange(Enumerable.Repeat(1L, 50_000));

        var refused = await Assert.ThrowsAsync<RpcException>(() => InferAsync(request));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains("[1,1,1,1,1,1,1,1,…]", refused.Status.Detail, StringComparison.Ordinal);
        Assert.True((await _client.ServerLiveAsync(new(), cancellationToken: Token)).Live);
    }

    [Fact]
    public async Task Names_ThatAreLong_AreToldInShort()
    {
        var request = Raw(V2.RedTensor);
        request.Inputs[0].Parameters.Add("shared_memory_" + new string('x', 90_000), new InferParameter { Int64Param = 1 });

        var refused = await Assert.ThrowsAsync<RpcException>(() => InferAsync(request));
        var unknown = await Assert.ThrowsAsync<RpcException>(
            async () => await new global::Grpc.Health.V1.Health.HealthClient(_channel).CheckAsync(new() { Service = new string('x', 90_000) }, cancellationToken: Token));

        Assert.InRange(refused.Status.Detail.Length, 1, 400);
        Assert.InRange(unknown.Status.Detail.Length, 1, 400);
    }

    /// <summary>A message of a few bytes must not become the largest that is allowed.</summary>
    [Fact]
    public async Task Message_ThatIsCompressed_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await _client.ModelInferAsync(
            Raw(V2.RedTensor), new CallOptions(new Metadata { { "grpc-internal-encoding-request", "gzip" } }, cancellationToken: Token)));

        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
    }

    [Fact]
    public async Task Tensor_RawOrByItsElements_HasTheSameAnswer()
    {
        var raw = await InferAsync(Raw(V2.RedTensor));
        var contents = new InferTensorContents();
        contents.UintContents.AddRange(V2.RedTensor.Select(value => (uint)value));
        var typed = await InferAsync(new() { ModelName = "color", Id = "7", Inputs = { new InputTensor { Name = "image", Datatype = "UINT8", Shape = { 1, 8, 8, 3 }, Contents = contents } } });

        Assert.Equal(("color", "1", "7"), (typed.ModelName, typed.ModelVersion, typed.Id));
        Assert.Equal("", raw.Id);
        Assert.Equal(("logits", "FP32"), (raw.Outputs.Single().Name, raw.Outputs.Single().Datatype));
        Assert.Equal([1, 3], raw.Outputs.Single().Shape);
        Assert.Null(raw.Outputs.Single().Contents);
        Assert.Equal([250f, 10, 10], V2.Floats(raw.RawOutputContents.Single().ToByteArray()));
        Assert.Equal(raw.RawOutputContents, typed.RawOutputContents);
    }

    [Fact]
    public async Task Float32Tensor_ByItsElements_IsTaken()
    {
        var contents = new InferTensorContents();
        contents.Fp32Contents.AddRange(Enumerable.Range(0, 192).Select(i => i / 64 * 0.5f));

        var answer = await InferAsync(new() { ModelName = "float", Inputs = { new InputTensor { Name = "input", Datatype = "FP32", Shape = { 1, 3, 8, 8 }, Contents = contents } } });

        Assert.Equal([0f, 0.5f, 1], V2.Floats(answer.RawOutputContents.Single().ToByteArray()));
    }

    [Fact]
    public async Task Files_RawOrByElement_HaveTheSameAnswer_AndFeaturesToo()
    {
        var input = new InputTensor { Name = "image", Datatype = "BYTES", Shape = { 2 } };
        var raw = await InferAsync(new() { ModelName = "features", Inputs = { input }, RawInputContents = { ByteString.CopyFrom(V2.Elements(Replies.Red, Replies.Blue)) } });
        input.Contents = new() { BytesContents = { ByteString.CopyFrom(Replies.Red), ByteString.CopyFrom(Replies.Blue) } };
        var typed = await InferAsync(new() { ModelName = "features", Inputs = { input } });

        Assert.Equal([2, 3, 8, 8], raw.Outputs[1].Shape);
        Assert.Equal(raw.RawOutputContents, typed.RawOutputContents);
        Assert.Equal(250, V2.Floats(raw.RawOutputContents[1].ToByteArray())[0]);
    }

    [Fact]
    public async Task Classification_IsValueIndexAndLabel()
    {
        var request = Raw(V2.RedTensor);
        request.Outputs.Add(new RequestedTensor { Name = "logits", Parameters = { ["classification"] = new() { Int64Param = 1 }, ["other"] = new() { StringParam = "x" } } });

        var answer = await InferAsync(request);

        Assert.Equal("BYTES", answer.Outputs.Single().Datatype);
        Assert.Equal([1, 1], answer.Outputs.Single().Shape);
        Assert.Equal(V2.Elements("250:0:red"u8.ToArray()), answer.RawOutputContents.Single().ToByteArray());
    }

    public static TheoryData<string, Action<ModelInferRequest>> Wrong => new()
    {
        { "0 inputs", request => request.Inputs.Clear() },
        { "2 inputs", request => request.Inputs.Add(new InputTensor()) },
        { "no input 'x'", request => request.Inputs[0].Name = "x" },
        { "'FP32'", request => request.Inputs[0].Datatype = "FP32" },
        { "[2,8,8]", request => { request.Inputs[0].Shape.Clear(); request.Inputs[0].Shape.Add([2, 8, 8]); } },
        { "has 384", request => request.Inputs[0].Shape[0] = 2 },
        { "2 raw_input_contents", request => request.RawInputContents.Add(ByteString.Empty) },
        { "beside 'contents'", request => request.Inputs[0].Contents = new() },
        { "0 elements in uint_contents", request => request.RawInputContents.Clear() },
        { "1 in other fields", request => { request.RawInputContents.Clear(); request.Inputs[0].Contents = new() { IntContents = { 1 } }; } },
        { "Element 1 of input 'image' is 256", request => { request.RawInputContents.Clear(); request.Inputs[0].Contents = new() { UintContents = { Enumerable.Repeat(1u, 192) } }; request.Inputs[0].Contents.UintContents[1] = 256; } },
        { "no output 'x'", request => request.Outputs.Add(new RequestedTensor { Name = "x" }) },
        { "asked for twice", request => request.Outputs.Add([new RequestedTensor { Name = "logits" }, new RequestedTensor { Name = "logits" }]) },
        { "no int64_param", request => request.Outputs.Add(new RequestedTensor { Name = "logits", Parameters = { ["classification"] = new() { StringParam = "2" } } }) },
        { "1 to 3", request => request.Outputs.Add(new RequestedTensor { Name = "logits", Parameters = { ["classification"] = new() { Int64Param = 4 } } }) },
        { "shares no memory", request => request.Inputs[0].Parameters["shared_memory_region"] = new() { StringParam = "a" } },
        { "Element 0", request => { request.Inputs[0].Datatype = "BYTES"; request.Inputs[0].Shape.Clear(); request.Inputs[0].Shape.Add(1); request.RawInputContents[0] = ByteString.CopyFrom(V2.Elements(Replies.NoImage)); } },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task Request_ThatIsWrong_IsAnInvalidArgument(string words, Action<ModelInferRequest> spoil)
    {
        var request = Raw(V2.RedTensor);
        spoil(request);

        var error = await Assert.ThrowsAsync<RpcException>(() => InferAsync(request));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Contains(words, error.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", "")]
    [InlineData("color", "9")]
    public async Task Model_ThatThereIsNot_IsNotFound(string name, string version)
    {
        Assert.Equal(StatusCode.NotFound, await StatusAsync(() => _client.ModelMetadataAsync(new() { Name = name, Version = version }, cancellationToken: Token).ResponseAsync));
        Assert.Equal(StatusCode.NotFound, await StatusAsync(() => _client.ModelReadyAsync(new() { Name = name, Version = version }, cancellationToken: Token).ResponseAsync));
        Assert.Equal(StatusCode.NotFound, await StatusAsync(() => _client.ModelInferAsync(new() { ModelName = name, ModelVersion = version }, cancellationToken: Token).ResponseAsync));
    }

    [Fact]
    public async Task Queue_ThatIsFull_IsExhausted_AndSaysWhenToComeAgain()
    {
        _backend.Close();
        var first = InferAsync(Files(3));
        await _backend.RunWaitsAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => InferAsync(Raw(V2.RedTensor)));
        _backend.Open();

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        var seconds = int.Parse(error.Trailers.GetValue("retry-after")!, null);
        Assert.InRange(seconds, 1, 60);
        Assert.Equal($"{seconds}000", error.Trailers.GetValue("grpc-retry-pushback-ms"));
        await first;
    }

    [Fact]
    public async Task Message_OverTheLimitOfBodies_IsExhausted()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => InferAsync(Raw(new byte[100_000])));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task DeadlineOfACall_IsHeld()
    {
        _backend.Close();
        var first = InferAsync(Raw(V2.RedTensor));
        await _backend.RunWaitsAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            _client.ModelInferAsync(Raw(V2.RedTensor), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(50), cancellationToken: Token).ResponseAsync);
        _backend.Open();

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        await first;
    }

    [Fact]
    public async Task CallThatIsCancelled_GivesItsPlaceFree_AndCostsNoRun()
    {
        _backend.Close();
        var first = InferAsync(Files(1));
        await _backend.RunWaitsAsync();
        using var gone = new CancellationTokenSource();
        var waiting = _client.ModelInferAsync(Files(2), cancellationToken: gone.Token).ResponseAsync;
        while (Held() < 3)
            await Task.Yield();

        await gone.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, await StatusAsync(() => waiting));
        while (Held() > 1)
            await Task.Yield();
        _backend.Open();
        await first;
        Assert.Equal(1, _backend.Runs);
    }

    [Fact]
    public async Task Models_ThatHaveEnded_AreUnavailable()
    {
        await ((IAsyncDisposable)_host.Services.GetRequiredService<IModelCatalog>()).DisposeAsync();

        Assert.Equal(StatusCode.Unavailable, await StatusAsync(() => InferAsync(Raw(V2.RedTensor))));
    }

    [Fact]
    public async Task HealthService_AnswersProbes()
    {
        var check = new Method<byte[], byte[]>(MethodType.Unary, "grpc.health.v1.Health", "Check", Marshallers.Create<byte[]>(b => b, b => b), Marshallers.Create<byte[]>(b => b, b => b));

        // Field 1 of the answer, SERVING.
        Assert.Equal([0x08, 0x01], await _channel.CreateCallInvoker().AsyncUnaryCall(check, null, new CallOptions(cancellationToken: Token), []));
        Assert.Equal(StatusCode.NotFound, await StatusAsync(() => _channel.CreateCallInvoker().AsyncUnaryCall(
            check, null, new CallOptions(cancellationToken: Token), [0x0A, 1, .. Encoding.ASCII.GetBytes("x")]).ResponseAsync));
    }

    private static ModelInferRequest Raw(byte[] tensor) => new()
    {
        ModelName = "color",
        Inputs = { new InputTensor { Name = "image", Datatype = "UINT8", Shape = { 1, 8, 8, 3 } } },
        RawInputContents = { ByteString.CopyFrom(tensor) },
    };

    private static ModelInferRequest Files(int count) => new()
    {
        ModelName = "color",
        Inputs = { new InputTensor { Name = "image", Datatype = "BYTES", Shape = { count } } },
        RawInputContents = { ByteString.CopyFrom(V2.Elements([.. Enumerable.Repeat(Replies.Green, count)])) },
    };

    private int Held() => _host.Services.GetRequiredService<IModelCatalog>().Loads.Single(load => load.Name == "color").Held;

    private Task<ModelInferResponse> InferAsync(ModelInferRequest request) => _client.ModelInferAsync(request, cancellationToken: Token).ResponseAsync;

    private static async Task<StatusCode> StatusAsync(Func<Task> call) => (await Assert.ThrowsAsync<RpcException>(call)).StatusCode;
}
