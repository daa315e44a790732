using System.Collections.Concurrent;
using System.Net;
using ResNetService.Benchmarks.LoadGeneration;

namespace ResNetService.Benchmarks.Tests.LoadGeneration;

public sealed class OpenLoopTests
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(30);
    private static readonly IReadOnlyList<TimeSpan> Schedule = ArrivalSchedule.Constant(200, TimeSpan.FromSeconds(0.1));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Images_AreSentInTurnAsRawBodies()
    {
        var bodies = new ConcurrentBag<(string Type, byte First)>();
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            var body = new byte[1];
            await context.Request.Body.ReadExactlyAsync(body, context.RequestAborted);
            bodies.Add((context.Request.ContentType!, body[0]));
        });

        var answers = await OpenLoop.RunAsync(server.Classify, [[1], [2]], Schedule, Drain, Token);

        Assert.Equal(20, answers.Count);
        Assert.All(answers, answer => Assert.True(answer.IsSuccess));
        Assert.Equal(Schedule, answers.Select(answer => answer.Due));
        Assert.All(bodies, body => Assert.Equal("image/jpeg", body.Type));
        Assert.Equal(10, bodies.Count(body => body.First == 1));
        Assert.Equal(10, bodies.Count(body => body.First == 2));
    }

    [Fact]
    public async Task Requests_BehindAStall_AreChargedFromWhenTheyWereDue()
    {
        var (first, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var arrived = 0;
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            Interlocked.Increment(ref arrived);
            first.TrySetResult();
            return release.Task;
        });

        // One connection: behind the first request, nobody is sent before all are due.
        var loop = OpenLoop.RunAsync(server.Classify, [[1]], Schedule, Drain, Token, connections: 1);
        await first.Task.WaitAsync(Token);
        await Task.Delay(Schedule[^1] + TimeSpan.FromSeconds(0.2), TimeProvider.System, Token);
        Assert.Equal(1, arrived);
        release.SetResult();
        var answers = await loop;

        Assert.All(answers, answer => Assert.True(answer.AnsweredAt > Schedule[^1] && answer.IsSuccess));
        Assert.True(answers[0].Latency > Schedule[^1]);
    }

    [Fact]
    public async Task Requests_AreSentWhenDue_WhateverTheServerDoes()
    {
        var (all, arrived) = (new TaskCompletionSource(), 0);
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            if (Interlocked.Increment(ref arrived) == Schedule.Count)
                all.SetResult();
            return all.Task;
        });

        // Nobody is answered before all have come: a generator that waits for answers would wait for ever.
        Assert.All(await OpenLoop.RunAsync(server.Classify, [[1]], Schedule, Drain, Token), answer => Assert.True(answer.IsSuccess));
    }

    [Fact]
    public async Task Refusals_AndSilence_AreToldApart()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            var body = new byte[1];
            await context.Request.Body.ReadExactlyAsync(body, context.RequestAborted);
            switch (body[0])
            {
                case 1:
                    context.Response.StatusCode = 429;
                    context.Response.Headers.RetryAfter = "1";
                    break;
                case 2:
                    context.Response.StatusCode = 429;
                    break;
                default:
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
                    break;
            }
        });

        var answers = await OpenLoop.RunAsync(server.Classify, [[1], [2], [3]], Schedule.Take(3).ToArray(), TimeSpan.FromSeconds(2), Token);

        Assert.Equal([HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests, null], answers.Select(answer => answer.Status));
        Assert.Equal([true, false, false], answers.Select(answer => answer.HasRetryAfter));
    }

    [Fact]
    public async Task Servers_OfOtherMachines_AreNotLoaded() =>
        await Assert.ThrowsAsync<ArgumentException>(() => OpenLoop.RunAsync(new("http://192.0.2.1/classify"), [[1]], Schedule, Drain, Token));
}
