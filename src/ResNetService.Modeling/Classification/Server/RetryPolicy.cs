using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace ResNetService.Modeling.Classification.Server;

/// <summary>When a request is sent again, and how long that waits.</summary>
internal sealed record RetryPolicy
{
    /// <summary>Of one request, the first included: with the delays below, more than two minutes, in which a service can be started anew.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>Before the second attempt, about; doubled before each further one, and scattered so that callers do not come together.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest delay of its own choice.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest delay that a Retry-After is followed to.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A service that has not answered by then is not waited for.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <param name="isFirstContact">Whether the server has not answered yet: then one that cannot be reached is more likely a wrong address than a passing weakness.</param>
    public ResiliencePipeline<HttpResponseMessage> ToPipeline(TimeProvider time, bool isFirstContact) =>
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstDelay,
                MaxDelay = MaxDelay,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome switch
                {
                    { Exception: HttpRequestException or TimeoutRejectedException } => !isFirstContact,
                    { Result: { } response } => IsPassing(response.StatusCode),
                    _ => false,
                }),
                DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Result, time)),
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = AttemptTimeout })
            .Build();

    private static bool IsPassing(HttpStatusCode status) => status
        is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <returns>Null where the server does not say, or says what is over: then the delay is the policy's own.</returns>
    private TimeSpan? RetryAfter(HttpResponseMessage? response, TimeProvider time)
    {
        var asked = response?.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => TimeSpan.Zero,
        };
        return asked <= TimeSpan.Zero ? null : asked < MaxRetryAfter ? asked : MaxRetryAfter;
    }
}
