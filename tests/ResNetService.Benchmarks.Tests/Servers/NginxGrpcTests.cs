using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ResNetService.Benchmarks.Processes;
using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Tests.Servers;

/// <summary>At the address of gRPC a replica answers everything; docker/nginx.conf lets calls of its services through, and nothing else.</summary>
public sealed class NginxGrpcTests : IAsyncLifetime
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private StandInReplica? _replica;
    private Nginx? _nginx;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Tools.Find(Nginx.Program) is null, "needs nginx");
        _replica = await StandInReplica.StartAsync(context => context.Response.WriteAsync(context.Request.Path.Value!, context.RequestAborted), Token, HttpProtocols.Http2);
        _nginx = await Nginx.StartAsync([FreePort.Find()], [_replica.Port], Token);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _nginx?.Dispose();
        if (_replica is not null)
            await _replica.DisposeAsync();
    }

    [Theory]
    [InlineData("/inference.GRPCInferenceService/ModelInfer")]
    [InlineData("/grpc.health.v1.Health/Check")]
    [InlineData("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")]
    public async Task Call_OfAService_IsSentOn(string path)
    {
        using var response = await CallAsync(path);

        Assert.Equal((HttpStatusCode.OK, path), (response.StatusCode, await response.Content.ReadAsStringAsync(Token)));
        Assert.Equal(1, _replica!.Requests);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/metrics")]
    [InlineData("/classify")]
    [InlineData("/health/ready")]
    [InlineData("/v2/models/a/infer")]
    [InlineData("/v2/repository/models/a/load")]
    [InlineData("/inference.GRPCInferenceService")]
    [InlineData("/inference.GRPCInferenceServices/ModelInfer")]
    [InlineData("/inferenceXGRPCInferenceService/ModelInfer")]
    [InlineData("/x/inference.GRPCInferenceService/ModelInfer")]
    [InlineData("/inference.GRPCInferenceService/../metrics")]
    [InlineData("/inference.GRPCInferenceService/%2e%2e/metrics")]
    public async Task WhatIsNoCallOfAService_IsNotSentOn(string path)
    {
        using var response = await CallAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("nginx", response.Headers.Server.ToString());
        Assert.Equal(0, _replica!.Requests);
    }

    /// <summary>As over HTTP: the replica, which knows no encoded slash, would read /metrics.</summary>
    [Fact]
    public async Task Address_IsSentOnAsNginxHasReadIt()
    {
        using var response = await CallAsync("/inference.GRPCInferenceService/x%2fy%2fz/../../metrics");

        Assert.Equal("/inference.GRPCInferenceService/x/metrics", await response.Content.ReadAsStringAsync(Token));
    }

    private Task<HttpResponseMessage> CallAsync(string path)
    {
        var address = new Uri(_nginx!.GrpcAddress + path[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        return _client.SendAsync(new HttpRequestMessage(HttpMethod.Post, address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact }, Token);
    }
}
