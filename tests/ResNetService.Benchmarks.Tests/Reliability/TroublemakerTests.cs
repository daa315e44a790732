using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using ResNetService.Benchmarks.Reliability;
using ResNetService.Benchmarks.Tests.LoadGeneration;

namespace ResNetService.Benchmarks.Tests.Reliability;

public sealed class TroublemakerTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Troublemaker_SendsHalfAPhotograph_LeavesBeforeItsAnswer_AndBreaksOff()
    {
        var seen = new ConcurrentDictionary<string, int>();
        using var all = new SemaphoreSlim(0);
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            try
            {
                var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body, context.RequestAborted);
                if (body.Length == 5)
                {
                    context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
                    Count("half");
                    return;
                }

                await Task.Delay(Longest, TimeProvider.System, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                Count("left");
            }
            catch (BadHttpRequestException)
            {
                Count("broken off");
            }

            void Count(string what)
            {
                if (seen.AddOrUpdate(what, 1, (_, times) => times + 1) == 1)
                    all.Release();
            }
        });
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var troublemaker = new Troublemaker(server.Classify, new byte[10]);

        var running = troublemaker.RunAsync(end.Token);
        for (var i = 0; i < 3; i++)
            Assert.True(await all.WaitAsync(Longest, Token), string.Join(", ", seen));
        await end.CancelAsync();
        await running;

        Assert.True(troublemaker.Times >= 3);
    }

    [Fact]
    public async Task Troublemaker_WhoseHalfPhotographIsAnswered_SaysSo()
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("a cat", context.RequestAborted));

        var error = await Assert.ThrowsAsync<BenchmarkException>(() => new Troublemaker(server.Classify, new byte[10]).RunAsync(Token));

        Assert.Contains("200: a cat", error.Message, StringComparison.Ordinal);
    }
}
