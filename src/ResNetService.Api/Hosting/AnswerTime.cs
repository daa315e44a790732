using Microsoft.Extensions.Options;
using ResNetService.Api.OpenInference.Grpc;
using ResNetService.Api.Uploads;

namespace ResNetService.Api.Hosting;

/// <summary>
/// Ends a caller that does not take its answer in time: what is unsent of it waits in memory, and the service's end waits for the caller. Over HTTP/2 it ends
/// the call alone, since a proxy has many callers on one connection.
/// </summary>
internal sealed class AnswerTime(
    IOptions<RequestOptions> requests, IOptions<ShutdownOptions> shutdown, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<AnswerTime> logger) : IStartupFilter
{
    private long _stop;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        lifetime.ApplicationStopping.UnsafeRegister(_ => SinceStop(), null);
        app.Use(BoundAsync);
        next(app);
    };

    /// <summary>From the stop signal on half of the time that is left until the end: an answer that nobody reads is not to use up that of all the others.</summary>
    /// <param name="begin">When the first byte was sent.</param>
    private TimeSpan Left(long begin)
    {
        var left = requests.Value.MaxAnswerTime - time.GetElapsedTime(begin);
        if (lifetime.ApplicationStopping.IsCancellationRequested && (shutdown.Value.Whole - SinceStop()) / 2 is var half && half < left)
            left = half;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whoever hears of the signal first notes when it came.</summary>
    private TimeSpan SinceStop()
    {
        Interlocked.CompareExchange(ref _stop, time.GetTimestamp(), 0);
        return time.GetElapsedTime(_stop);
    }

    private async Task BoundAsync(HttpContext context, RequestDelegate next)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var ends = late.Token.UnsafeRegister(http => ((HttpContext)http!).Abort(), context);
        var (begin, hasEnded) = (0L, false);
        context.Response.OnStarting(() =>
        {
            // A reply without a body begins when all this has ended; a stream of gRPC lasts as long as its caller likes.
            if (hasEnded || OpenStreams.IsOne(context))
                return Task.CompletedTask;
            begin = time.GetTimestamp();
            late.CancelAfter(Left(begin));
            return Task.CompletedTask;
        });
        using var stops = lifetime.ApplicationStopping.UnsafeRegister(_ =>
        {
            if (begin != 0)
                late.CancelAfter(Left(begin));
        }, null);
        try
        {
            await next(context);
            // A message of gRPC is sent when the call ends, whose time would not be bounded any more.
            if (context.Response.BodyWriter.UnflushedBytes > HeldReply.Longest)
                await context.Response.BodyWriter.FlushAsync();
        }
        finally
        {
            hasEnded = true;
            if (late.IsCancellationRequested)
                logger.AnswerNotTaken();
        }
    }
}
