using System.Net;
using System.Net.Http.Headers;
using ResNetService.Benchmarks.Reliability;

namespace ResNetService.Benchmarks.Tests.Reliability;

public sealed class FailoverTests(ThreeReplicas three) : IClassFixture<ThreeReplicas>
{
    private const int Callers = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replicas_ThatAreKilledAndStoppedUnderLoad_CostNoRequest()
    {
        var replicas = three.Replicas;
        using var load = CountingLoad.Start(replicas.Classify, three.Photographs.Encoded, Callers, Token);

        await Failover.RunAsync(replicas, load, killed: 0, Token);
        var counts = await load.StopAsync();

        Assert.True(counts is { Refused: 0, NotConnected: 0, Lost: 0 } && counts.Answered > 100, $"{counts}\n{replicas.Nginx.LastLines}");
        Assert.NotEqual(0, replicas.Nginx.SentAgain);
    }

    /// <summary>Each of these is 504 at the replica that has it.</summary>
    [Fact]
    public async Task CallerWithoutTime_TakesNoReplicaFromTheOthers()
    {
        var sentAgain = three.Replicas.Nginx.SentAgain;
        using var client = new HttpClient();
        for (var i = 0; i < 30; i++)
        {
            using var response = await PostAsync(client, "1");
            Assert.Contains(response.StatusCode, new[] { HttpStatusCode.GatewayTimeout, HttpStatusCode.TooManyRequests, HttpStatusCode.OK });
        }

        using var answer = await PostAsync(client, "30000");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(sentAgain, three.Replicas.Nginx.SentAgain);
    }

    [Fact]
    public async Task CallOfGrpc_IsAnswered_AlsoWhereAReplicaIsGone()
    {
        three.Replicas.Kill(0);
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        try
        {
            for (var i = 0; i < 6; i++)
            {
                using var nothing = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } };
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(three.Replicas.Nginx.GrpcAddress, "/inference.GRPCInferenceService/ServerReady"))
                {
                    Version = HttpVersion.Version20,
                    VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                    Content = nothing,
                    Headers = { { "TE", "trailers" } },
                };
                using var response = await client.SendAsync(request, Token);

                // ServerReadyResponse { ready = true }.
                Assert.Equal([0, 0, 0, 0, 2, 8, 1], await response.Content.ReadAsByteArrayAsync(Token));
                Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
            }
        }
        finally
        {
            await three.Replicas.StartAsync(0, Token);
        }
    }

    private async Task<HttpResponseMessage> PostAsync(HttpClient client, string milliseconds)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, three.Replicas.Classify)
        {
            Content = new ByteArrayContent(three.Photographs.Encoded[0]) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } },
            Headers = { { "X-Deadline-Ms", milliseconds } },
        };
        return await client.SendAsync(request, Token);
    }
}
