using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Models;

/// <summary>The time that a request has, from when this was made.</summary>
/// <param name="deadline">Null for no end.</param>
internal sealed class TimeLeft(TimeProvider time, TimeSpan? deadline)
{
    private readonly long _start = time.GetTimestamp();

    public TimeSpan Spent => time.GetElapsedTime(_start);

    /// <summary>Null for no end.</summary>
    public TimeSpan? Now => deadline - Spent;

    /// <summary>Gives work up when the time is over.</summary>
    /// <param name="advice">What would be right where it is over.</param>
    /// <exception cref="ServiceException">It is over.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async Task<T> SpendAsync<T>(Func<CancellationToken, Task<T>> work, string advice, CancellationToken cancellationToken)
    {
        if (Now is not { } left)
            return await work(cancellationToken);
        if (left <= TimeSpan.Zero)
            throw Late(advice);
        using var departure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), departure, left, Timeout.InfiniteTimeSpan);
        try
        {
            return await work(departure.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Late(advice);
        }
    }

    private ServiceException Late(string advice) => new(new(
        ErrorCode.DeadlineExceeded, $"The {Math.Max(deadline!.Value.TotalMilliseconds, 0):F0} ms that were left for the answer are over; {advice}."));
}
