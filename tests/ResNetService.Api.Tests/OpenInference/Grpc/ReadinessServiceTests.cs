using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;
using Microsoft.Extensions.Time.Testing;
using ResNetService.Api.Memory;
using ResNetService.Api.OpenInference.Grpc;
using ResNetService.Api.Telemetry;
using ResNetService.Api.Tests.Telemetry;
using ResNetService.Inference.Models;
using HealthClient = Grpc.Health.V1.Health.HealthClient;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace ResNetService.Api.Tests.OpenInference.Grpc;

public sealed class ReadinessServiceTests
{
    private static readonly Dictionary<string, string> WithGrpc = new() { ["Grpc:Url"] = "http://127.0.0.2:0" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", ServingStatus.Serving)]
    [InlineData("inference.GRPCInferenceService", ServingStatus.Serving)]
    [InlineData("color", ServingStatus.Serving)]
    [InlineData("color:1", ServingStatus.Serving)]
    [InlineData("bad", ServingStatus.NotServing)]
    public async Task Check_OfTheServiceAndOfModels_SaysWhetherTheyAnswer(string service, ServingStatus status)
    {
        await using var host = new ServiceHost(WithGrpc, models: TinyModelRepository.WithColor().Add("bad", "1", [1, 2, 3], "{}"));
        using var channel = GrpcChannel.ForAddress(host.Addresses[1]);

        Assert.Equal(status, (await new HealthClient(channel).CheckAsync(new() { Service = service }, cancellationToken: Token)).Status);
    }

    [Fact]
    public async Task Check_OfAModelThatThereIsNot_IsNotFound()
    {
        await using var host = new ServiceHost(WithGrpc);
        using var channel = GrpcChannel.ForAddress(host.Addresses[1]);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await new HealthClient(channel).CheckAsync(new() { Service = "none" }, cancellationToken: Token));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task Watch_TellsEachChange_AndTheEndOfTheService()
    {
        var (time, catalog) = (new FakeTimeProvider(), new ChangingCatalog());
        var host = new ServiceHost(WithGrpc, services => services.AddSingleton<TimeProvider>(time).AddSingleton<IModelCatalog>(catalog));
        using var channel = GrpcChannel.ForAddress(host.Addresses[1]);
        using var watch = new HealthClient(channel).Watch(new() { Service = "a" }, cancellationToken: Token);

        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch));
        catalog.State = ModelState.Loading;
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch, time));
        catalog.State = ModelState.Ready;
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch, time));
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        Assert.False(await watch.ResponseStream.MoveNext(Token));
        await EndAsync(host, time);
    }

    [Fact]
    public async Task Reflection_NamesTheServices_UnlessItIsTurnedOff()
    {
        await using var host = new ServiceHost(WithGrpc);
        using var channel = GrpcChannel.ForAddress(host.Addresses[1]);
        using (var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: Token))
        {
            await call.RequestStream.WriteAsync(new() { ListServices = "" }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Superset(
                new HashSet<string> { "grpc.health.v1.Health", "inference.GRPCInferenceService" },
                call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToHashSet());
            await call.RequestStream.CompleteAsync();
        }

        await using var silent = new ServiceHost(new(WithGrpc) { ["Grpc:Reflection"] = "false" });
        using var other = GrpcChannel.ForAddress(silent.Addresses[1]);
        using var refused = new ServerReflection.ServerReflectionClient(other).ServerReflectionInfo(cancellationToken: Token);
        var error = await Assert.ThrowsAsync<RpcException>(() => refused.ResponseStream.MoveNext(Token));
        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    /// <summary>Each holds its connection as long as its caller likes, and anybody may call.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Watches_BeyondThoseThatMayBe_AreRefusedUntilOneEnds()
    {
        await using var host = new ServiceHost(WithGrpc);
        using var channel = GrpcChannel.ForAddress(host.Addresses[1], new() { HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true } });
        var client = new HealthClient(channel);
        using var rejections = new Measurements<long>(host, ServiceMeter.Name, "resnet.rejections");
        List<AsyncServerStreamingCall<HealthCheckResponse>> watches = [];
        for (var i = 0; i < OpenStreams.Most; i++)
        {
            watches.Add(client.Watch(new(), cancellationToken: Token));
            Assert.Equal(ServingStatus.Serving, await NextAsync(watches[i]));
        }

        using (var refused = client.Watch(new(), cancellationToken: Token))
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => refused.ResponseStream.MoveNext(Token));
            Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
            Assert.Contains(error.Trailers, trailer => trailer is { Key: "retry-after", Value: "10" });
        }

        Assert.Equal(["reason=rate_limited: 1"], rejections.Sums());
        Assert.Equal(ServingStatus.Serving, (await client.CheckAsync(new(), cancellationToken: Token)).Status);
        watches[0].Dispose();
        while (!await IsTakenAsync())
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        watches.ForEach(watch => watch.Dispose());

        async Task<bool> IsTakenAsync()
        {
            using var another = client.Watch(new(), cancellationToken: Token);
            try
            {
                return await another.ResponseStream.MoveNext(Token);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                return false;
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_ThatStaysOpen_HoldsNothingOfWhatBodiesMay(bool reflection)
    {
        await using var host = new ServiceHost(WithGrpc);
        using var channel = GrpcChannel.ForAddress(host.Addresses[1]);
        var memory = host.Services.GetRequiredService<BodyMemory>();
        if (!reflection)
        {
            using var watch = new HealthClient(channel).Watch(new() { Service = "color" }, cancellationToken: Token);
            Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
            Assert.Equal(0, memory.Held);
            return;
        }

        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: Token);
        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new() { FileContainingSymbol = new('a', 900) }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal(0, memory.Held);
        }

        await call.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task Name_LongerThanAnyThatThereIs_IsRefusedUnread()
    {
        await using var host = new ServiceHost(WithGrpc);
        using var channel = GrpcChannel.ForAddress(host.Addresses[1]);
        using var watch = new HealthClient(channel).Watch(new() { Service = new('a', 2000) }, cancellationToken: Token);
        using var reflection = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: Token);
        await reflection.RequestStream.WriteAsync(new() { FileContainingSymbol = new('a', 2000) }, Token);

        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Token))).StatusCode);
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => reflection.ResponseStream.MoveNext(Token))).StatusCode);
    }

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch, FakeTimeProvider? time = null)
    {
        var next = watch.ResponseStream.MoveNext(Token);
        while (!next.IsCompleted)
        {
            time?.Advance(ReadinessService.Interval);
            await Task.Yield();
        }

        Assert.True(await next);
        return watch.ResponseStream.Current.Status;
    }

    private static async Task EndAsync(ServiceHost host, FakeTimeProvider time)
    {
        var ended = host.DisposeAsync().AsTask();
        while (!ended.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await ended;
    }

    private sealed class ChangingCatalog : IModelCatalog
    {
        public ModelState? State { get; set; }

        public bool IsReady => true;

        public IReadOnlyList<ModelStatus> Models => State is { } state ? [new("a", "1", state, null, [], [])] : [];

        public IReadOnlyList<ModelLoad> Loads => [];

        public ServedModel? Find(string? reference) => null;

        public ValueTask<ModelLease> AcquireAsync(string? reference, TimeSpan? deadline, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }
}
