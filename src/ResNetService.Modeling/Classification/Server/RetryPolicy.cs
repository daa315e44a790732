using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace ResNetService.Modeling.Classification.Server;

/// <summary>When a request is sent again, and how long that waits.</summary>
/// <remarks>
/// What ends the run is bounded in time and not in attempts: a service that is full, or is started anew, is worth some minutes, however
/// often it says when to come back. What may lie in the image is bounded in attempts.
/// </remarks>
internal sealed record RetryPolicy
{
    private static readonly ResiliencePropertyKey<long> FirstFailure = new("resnet.first-failure");

    /// <summary>Of one request, the first included, where the server fails at it: with the delays below, more than two minutes.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>How long after its first failure a request is sent again to a service that is there and takes none: others may keep it busy.</summary>
    public TimeSpan BusyPatience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The same for one that cannot be reached or is silent: it may be started anew.</summary>
    public TimeSpan AwayPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Before the second attempt, about; doubled before each further one.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest delay of its own choice.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest delay that a Retry-After is followed to.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A service that has not answered by then is not waited for.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Before the server has answered anything: one that cannot be reached is more likely a wrong address than a passing weakness.</summary>
    public RetryPolicy AtFirstContact => this with { BusyPatience = AwayPatience, AwayPatience = TimeSpan.Zero };

    public ResiliencePipeline<HttpResponseMessage> ToPipeline(TimeProvider time)
    {
        var retry = new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = arguments => ValueTask.FromResult(IsWorthAnother(arguments, time)),
        };
        // Scattered, so that callers do not come together; upwards, so that none comes before it was asked to.
        retry.DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(Delay(arguments, time) * (1 + (retry.Randomizer() / 2)));
        return new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(retry)
            .AddTimeout(new TimeoutStrategyOptions { Timeout = AttemptTimeout })
            .Build();
    }

    private bool IsWorthAnother(RetryPredicateArguments<HttpResponseMessage> arguments, TimeProvider time) => arguments.Outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException } => SinceFirstFailure(arguments.Context, time) < AwayPatience,
        { Result.StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable } =>
            SinceFirstFailure(arguments.Context, time) < BusyPatience,
        { Result.StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError or HttpStatusCode.GatewayTimeout } =>
            arguments.AttemptNumber < MaxAttempts - 1,
        _ => false,
    };

    private static TimeSpan SinceFirstFailure(ResilienceContext request, TimeProvider time)
    {
        if (!request.Properties.TryGetValue(FirstFailure, out var first))
            request.Properties.Set(FirstFailure, first = time.GetTimestamp());
        return time.GetElapsedTime(first);
    }

    /// <summary>A server that always says the same is still asked ever more rarely.</summary>
    private TimeSpan Delay(RetryDelayGeneratorArguments<HttpResponseMessage> arguments, TimeProvider time)
    {
        // The exponent is bounded so that it never overflows.
        var own = Shorter(FirstDelay * Math.Pow(2, Math.Min(arguments.AttemptNumber, 30)), MaxDelay);
        var asked = Shorter(RetryAfter(arguments.Outcome.Result, time), MaxRetryAfter);
        return asked > own ? asked : own;
    }

    /// <returns>Zero or less where the server does not say, or says what is over.</returns>
    private static TimeSpan RetryAfter(HttpResponseMessage? response, TimeProvider time) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => TimeSpan.Zero,
    };

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
