using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ResNetService.Benchmarks.Processes;
using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Tests.Servers;

/// <summary>What docker/nginx.conf sends on, sends again and answers itself, with replicas that answer as a test says.</summary>
public sealed class NginxTests : IAsyncLifetime
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly List<StandInReplica> _replicas = [];
    private Nginx? _nginx;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Tools.Find(Nginx.Program) is null, "needs nginx");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _nginx?.Dispose();
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
    }

    /// <summary>A body that does not fit into nginx's memory is sent again too.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(3_000_000)]
    public async Task Request_WhoseReplicaBreaksOff_IsAnsweredByAnother_WithTheWholeBody(int bytes)
    {
        var body = new byte[bytes];
        new Random(1).NextBytes(body);
        await StartAsync(
            async context =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                context.Abort();
            },
            async context =>
            {
                using var seen = new MemoryStream();
                await context.Request.Body.CopyToAsync(seen, context.RequestAborted);
                await context.Response.Body.WriteAsync(seen.ToArray(), context.RequestAborted);
            });

        for (var i = 0; i < 4; i++)
        {
            using var response = await PostAsync("/classify", body);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(body, await response.Content.ReadAsByteArrayAsync(Token));
        }

        Assert.InRange(_replicas[0].Requests, 1, 4);
        Assert.Equal(_replicas[0].Requests, _nginx!.SentAgain);
    }

    /// <summary>Were it sent again, one caller could have every replica taken for a failed one.</summary>
    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Refusal_IsTheCallers_AndTheReplicaStaysAsked(int status)
    {
        await StartAsync(Answer, Answer);

        for (var i = 0; i < 12; i++)
        {
            using var response = await PostAsync("/v2/models/broken/infer", new byte[10]);
            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal("7", response.Headers.RetryAfter?.ToString());
        }

        Assert.Equal(12, _replicas.Sum(replica => replica.Requests));
        Assert.Equal(0, _nginx!.SentAgain);

        Task Answer(HttpContext context)
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "7";
            return Task.CompletedTask;
        }
    }

    /// <summary>As a service with a full queue does: a body of which it has read nothing.</summary>
    [Fact]
    public async Task Refusal_BeforeTheBodyIsRead_ComesToTheCaller()
    {
        await StartAsync(context =>
        {
            context.Response.StatusCode = 429;
            return Task.CompletedTask;
        });

        for (var i = 0; i < 5; i++)
        {
            using var response = await PostAsync("/classify", new byte[20_000_000]);
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/Metrics/")]
    [InlineData("/%6Detrics")]
    [InlineData("//metrics")]
    [InlineData("/v2/repository/models/a/load")]
    [InlineData("/V2/Repository/Models/a/unload")]
    [InlineData("/x/../v2/repository/models/a/load")]
    public async Task Route_ThatIsNotForCallers_IsNotSentOn(string path)
    {
        await StartAsync(_ => Task.CompletedTask);

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            using var request = new HttpRequestMessage(method, new Uri(_nginx!.Address + path[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            using var response = await _client.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal("nginx", response.Headers.Server.ToString());
            await AssertIsAFaultAsync(path.Contains("repository", StringComparison.OrdinalIgnoreCase), response);
        }

        Assert.Equal(0, _replicas[0].Requests);
    }

    /// <summary>An encoded slash, or a fragment, is something else to the service: it would find the metrics where nginx has seen another address.</summary>
    [Theory]
    [InlineData("/x%2fy%2fz/../../metrics", "/x/metrics")]
    [InlineData("/x#/../metrics", "/x")]
    [InlineData("/models/%C3%A9%20%3Fa%25?b=%2F", "/models/é ?a%")]
    public async Task Address_IsSentOnAsNginxHasReadIt(string path, string sentOn)
    {
        await StartAsync(context => context.Response.WriteAsync(context.Request.Path.Value!, context.RequestAborted));

        using var response = await _client.GetAsync(new Uri(_nginx!.Address + path[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }), Token);

        Assert.Equal(sentOn, await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Request_ToReplicas_SaysFromWhereItCame()
    {
        await StartAsync(context => context.Response.WriteAsync($"{context.Request.Headers["X-Forwarded-For"]} {context.Request.Headers["X-Forwarded-Proto"]} {context.Request.Host} {context.Request.QueryString}", context.RequestAborted));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_nginx!.Address, "/models?a=%2F")) { Headers = { { "X-Forwarded-For", "10.1.1.1" } } };

        using var response = await _client.SendAsync(request, Token);

        Assert.Equal($"10.1.1.1, 127.0.0.1 http {_nginx.Address.Authority} ?a=%2F", await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("/classify", false)]
    [InlineData("/v2/models/a/infer", true)]
    public async Task Fault_OfTheProxy_HasTheFormOfTheProtocol(string path, bool isOpenInference)
    {
        await StartAsync();

        using var large = await PostAsync(path, new byte[64_000_001]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        await AssertIsAFaultAsync(isOpenInference, large);
        using var gone = await PostAsync(path, new byte[10]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, gone.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(3), gone.Headers.RetryAfter?.Delta);
        await AssertIsAFaultAsync(isOpenInference, gone);
    }

    private static async Task AssertIsAFaultAsync(bool isOpenInference, HttpResponseMessage response)
    {
        Assert.Equal(isOpenInference ? "application/json" : "application/problem+json", response.Content.Headers.ContentType?.ToString());
        using var fault = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        if (isOpenInference)
        {
            Assert.Equal(["error"], fault.RootElement.EnumerateObject().Select(property => property.Name));
            return;
        }

        Assert.Equal(["type", "title", "status", "detail"], fault.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal((int)response.StatusCode, fault.RootElement.GetProperty("status").GetInt32());
    }

    /// <summary>Without an answer, a port at which nobody listens.</summary>
    private async Task StartAsync(params RequestDelegate[] answers)
    {
        foreach (var answer in answers)
            _replicas.Add(await StandInReplica.StartAsync(answer, Token));
        int[] ports = _replicas.Count == 0 ? [FreePort.Find()] : [.. _replicas.Select(replica => replica.Port)];
        _nginx = await Nginx.StartAsync(ports, ports, Token);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        return await _client.PostAsync(new Uri(_nginx!.Address, path), content, Token);
    }
}
