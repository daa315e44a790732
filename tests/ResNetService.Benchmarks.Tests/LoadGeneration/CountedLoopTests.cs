using System.Collections.Concurrent;
using ResNetService.Benchmarks.LoadGeneration;

namespace ResNetService.Benchmarks.Tests.LoadGeneration;

public sealed class CountedLoopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_AreSentOnceEach_AndCountedWhenAnswered()
    {
        var (bodies, counts) = (new ConcurrentBag<byte>(), new ConcurrentBag<int>());
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            var body = new byte[1];
            await context.Request.Body.ReadExactlyAsync(body, context.RequestAborted);
            bodies.Add(body[0]);
        });

        await CountedLoop.RunAsync(server.Classify, requests: 50, concurrency: 4, i => [(byte)i], counts.Add, Token);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (byte)i), bodies.Order());
        Assert.Equal(Enumerable.Range(1, 50), counts.Order());
    }

    [Fact]
    public async Task Request_ThatFails_EndsTheLoopWithItsAnswer()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 422;
            return context.Response.Body.WriteAsync("damaged"u8.ToArray(), context.RequestAborted).AsTask();
        });

        var error = await Assert.ThrowsAsync<BenchmarkException>(() => CountedLoop.RunAsync(server.Classify, 1000, 4, _ => [1], _ => { }, Token));

        Assert.Contains("422: damaged", error.Message, StringComparison.Ordinal);
    }
}
