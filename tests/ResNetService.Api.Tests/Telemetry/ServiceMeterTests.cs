using System.Runtime.InteropServices;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using ResNetService.Api.Hosting;
using ResNetService.Api.Memory;
using ResNetService.Api.OpenInference.Grpc.Messages;
using ResNetService.Api.Telemetry;
using ResNetService.Api.Tests.Security;
using HealthClient = Grpc.Health.V1.Health.HealthClient;

namespace ResNetService.Api.Tests.Telemetry;

public sealed class ServiceMeterTests
{
    private static readonly Dictionary<string, string> WithGrpc = new() { ["Grpc:Url"] = "http://127.0.0.2:0" };

    [Fact]
    public async Task Rejections_OfEveryProtocol_AreCountedByReason()
    {
        await using var host = new ServiceHost(WithGrpc);
        using var rejections = new Measurements<long>(host, ServiceMeter.Name, "resnet.rejections");
        await host.Client.FailAsync(Replies.Raw(Replies.NoImage), 415, "unsupported-image");
        await host.Client.FailAsync(Replies.Json("{"), 400, "invalid-request");
        await host.Client.FailAsync(Replies.Raw(Replies.Red), 404, "unknown-model", "?model=x");
        await host.Client.FailAsync(Replies.Raw(Replies.Red, "text/plain"), 415, "unsupported-media-type");
        using (var form = Replies.Form(("a", Replies.NoImage), ("b", Replies.Broken)))
            await host.Client.FailAsync(form, 422, "no-image-classified");
        await host.Client.GetAsync(new Uri("/nowhere", UriKind.Relative), TestContext.Current.CancellationToken);
        await host.Client.PostAsync(new Uri("/v2/models/x/infer", UriKind.Relative), Replies.Json("{}"), TestContext.Current.CancellationToken);
        using var channel = GrpcChannel.ForAddress(host.Addresses[1]);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        await Assert.ThrowsAsync<RpcException>(async () => await client.ModelInferAsync(new() { ModelName = "x" }, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(
            [
                "reason=invalid_request: 1", "reason=no_image_classified: 1", "reason=unknown_model: 3", "reason=unknown_route: 1",
                "reason=unsupported_image: 1", "reason=unsupported_media_type: 1",
            ],
            rejections.Sums());
    }

    [Fact]
    public async Task Bytes_OfEveryProtocol_AreCountedByModel()
    {
        await using var host = new ServiceHost(WithGrpc);
        using var received = new Measurements<long>(host, ServiceMeter.Name, "resnet.received");
        var length = Replies.Red.Length;
        await host.Client.PostAsync(Replies.Raw(Replies.Red));
        using (var form = Replies.Form(("a", Replies.Red), ("b", Replies.Red)))
            await host.Client.PostAsync(form);
        await host.Client.PostAsync(Replies.Raw(Replies.Red), route: "/models/color");
        using (var raw = new HttpRequestMessage(HttpMethod.Post, "/v2/models/color/infer") { Content = Replies.Raw(Replies.Red), Headers = { { "Inference-Header-Content-Length", "0" } } })
        using (var response = await host.Client.SendAsync(raw, TestContext.Current.CancellationToken))
            Assert.True(response.IsSuccessStatusCode);
        using var channel = GrpcChannel.ForAddress(host.Addresses[1]);
        await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ModelInferAsync(GrpcRequest(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([$"model=color: {(5 * length) + 192}"], received.Sums());
    }

    [Fact]
    public async Task Build_IsTold()
    {
        await using var host = new ServiceHost();
        using var build = new Measurements<int>(host, ServiceMeter.Name, "resnet.build.info");

        var measured = Assert.Single(build.Observe());
        Assert.Matches($"^revision=([0-9a-f]{{40}}|unknown) runtime={RuntimeInformation.FrameworkDescription.Replace(".", "\\.", StringComparison.Ordinal)} version={Release.Version}: 1$", measured);
    }

    [Fact]
    public async Task Durations_HaveRouteAndStatus_AndFoldWhatCallersInvent()
    {
        await using var host = new ServiceHost();
        using var durations = new Measurements<double>(host, "Microsoft.AspNetCore.Hosting", "http.server.request.duration");
        await host.Client.PostAsync(Replies.Raw(Replies.Red));
        await host.Client.FailAsync(Replies.Raw(Replies.NoImage), 415, "unsupported-image");
        await host.Client.GetJsonAsync("/models/color");
        for (var i = 0; i < 5; i++)
        {
            using var invented = new HttpRequestMessage(HttpMethod.Parse($"INVENTED{i}"), $"/invented{i}");
            await host.Client.SendAsync(invented, TestContext.Current.CancellationToken);
        }

        await Scrape.GetAsync(host.Client);
        await durations.WaitAsync(8);
        const string Protocol = "network.protocol.version=1.1 url.scheme=http";
        Assert.Equal(
            [
                $"aspnetcore.request.is_unhandled=True http.request.method=_OTHER http.response.status_code=404 {Protocol}: 5",
                $"http.request.method=GET http.response.status_code=200 http.route=/models/{{name}} {Protocol}: 1",
                $"http.request.method=POST http.response.status_code=200 http.route=/classify {Protocol}: 1",
                $"http.request.method=POST http.response.status_code=415 http.route=/classify {Protocol}: 1",
            ],
            durations.Counts());
    }

    [Fact]
    public async Task Durations_OfCallsOfGrpc_HaveTheirStatus()
    {
        await using var host = new ServiceHost(WithGrpc);
        using var durations = new Measurements<double>(host, "Microsoft.AspNetCore.Hosting", "http.server.request.duration");
        using var channel = GrpcChannel.ForAddress(host.Addresses[1]);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        await client.ModelInferAsync(GrpcRequest(), cancellationToken: TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<RpcException>(async () => await client.ModelInferAsync(new() { ModelName = "x" }, cancellationToken: TestContext.Current.CancellationToken));

        await durations.WaitAsync(2);
        const string Call = "http.request.method=POST http.response.status_code=200 http.route=/inference.GRPCInferenceService/ModelInfer network.protocol.version=2";
        Assert.Equal([$"{Call} rpc.response.status_code=NOT_FOUND url.scheme=http: 1", $"{Call} rpc.response.status_code=OK url.scheme=http: 1"], durations.Counts());
    }

    /// <summary>Before any method of ours: over HTTP all of them are a 200.</summary>
    [Fact]
    public async Task Refusals_OfCallsOfGrpcThatReachNoMethod_AreCountedAndHaveTheirStatus()
    {
        await using var host = new ServiceHost(new([.. WithGrpc, .. Callers.Settings])
        {
            ["RateLimits:RequestsPerMinute"] = "1",
            ["Requests:MaxBytes"] = "2000",
            ["Requests:MaxBytesHeld"] = "2000",
        });
        using var rejections = new Measurements<long>(host, ServiceMeter.Name, "resnet.rejections");
        using var durations = new Measurements<double>(host, "Microsoft.AspNetCore.Hosting", "http.server.request.duration");
        using var channel = GrpcChannel.ForAddress(host.Addresses[1]);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        var memory = host.Services.GetRequiredService<BodyMemory>();
        Assert.True(memory.TryTake(2000));
        Assert.Equal(StatusCode.Unavailable, await StatusAsync(Callers.Classifier));
        memory.Release(2000);
        Assert.Equal(StatusCode.ResourceExhausted, await StatusAsync(Callers.Classifier));
        Assert.Equal(StatusCode.PermissionDenied, await StatusAsync(Callers.Administrator));
        Assert.Equal(StatusCode.Unauthenticated, await StatusAsync("none"));

        Assert.Equal(["reason=forbidden: 1", "reason=memory_full: 1", "reason=rate_limited: 1", "reason=unauthenticated: 1"], rejections.Sums());
        await durations.WaitAsync(4);
        const string Call = "http.request.method=POST http.response.status_code=200 http.route=/inference.GRPCInferenceService/ModelInfer network.protocol.version=2";
        Assert.Equal(
            new[] { "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "UNAUTHENTICATED", "UNAVAILABLE" }.Select(status => $"{Call} rpc.response.status_code={status} url.scheme=http: 1"),
            durations.Counts());

        async Task<StatusCode> StatusAsync(string key) => (await Assert.ThrowsAsync<RpcException>(async () =>
            await client.ModelInferAsync(GrpcRequest(), new Metadata { { "x-api-key", key } }, cancellationToken: TestContext.Current.CancellationToken))).StatusCode;
    }

    /// <summary>One that lasts for hours would be the slowest request of all.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Durations_OfStreams_AreNotMeasured()
    {
        var host = new ServiceHost(WithGrpc);
        using var durations = new Measurements<double>(host, "Microsoft.AspNetCore.Hosting", "http.server.request.duration");
        using var channel = GrpcChannel.ForAddress(host.Addresses[1]);
        using var watch = new HealthClient(channel).Watch(new(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        while (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        await host.DisposeAsync();

        Assert.Empty(durations.All);
    }

    [Fact]
    public async Task Lookups_OfKeptAnswers_AreCountedByResult()
    {
        await using var host = new ServiceHost(new() { ["Cache:Enabled"] = "true" });
        using var lookups = new Measurements<long>(host, "ResNetService.Cache", "resnet.cache.lookups");
        await host.Client.PostAsync(Replies.Raw(Replies.Red));
        await host.Client.PostAsync(Replies.Raw(Replies.Red));

        Assert.Equal(["result=hit: 1", "result=miss: 1"], lookups.Sums());
    }

    /// <summary>One tensor of 8 x 8 x 3 bytes.</summary>
    private static ModelInferRequest GrpcRequest() => new()
    {
        ModelName = "color",
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "image", Datatype = "UINT8", Shape = { 1, 8, 8, 3 } } },
        RawInputContents = { Google.Protobuf.ByteString.CopyFrom(new byte[192]) },
    };
}
