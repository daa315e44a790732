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
    /// <exception cref="ServiceException">It is over.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async Task<T> SpendAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (Now is not { } left)
            return await work(cancellationToken);
        if (left <= TimeSpan.Zero)
            throw Late();
        using var departure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), departure, left, Timeout.InfiniteTimeSpan);
        try
        {
            return await work(departure.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Late();
        }
    }

    private ServiceException Late() => new(new(
        ErrorCode.DeadlineExceeded, $"The {Math.Max(deadline!.Value.TotalMilliseconds, 0):F0} ms that were left for the images are over; send fewer at once, or give more time."));
}
