using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Models;

/// <summary>A load that failed for a reason that may pass.</summary>
/// <param name="Failures">One after the other.</param>
/// <param name="Due">When it is tried again, on the clock of <see cref="TimeProvider.GetElapsedTime(long)"/> from 0.</param>
internal sealed record LoadRetry(int Failures, TimeSpan Due)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>After these it is the longest.</summary>
    private const int MostDoublings = 10;

    /// <summary>Twice as long after each failure.</summary>
    public static LoadRetry After(LoadRetry? before, TimeProvider time)
    {
        var failures = (before?.Failures ?? 0) + 1;
        var wait = First * Math.Pow(2, Math.Min(failures, MostDoublings) - 1);
        return new(failures, time.GetElapsedTime(0) + (wait < Longest ? wait : Longest));
    }

    /// <summary>A second where it is due: what waits for memory besides is looked at no more often.</summary>
    public TimeSpan Until(TimeProvider time) => Due - time.GetElapsedTime(0) is var wait && wait > Least ? wait : Least;

    public bool IsDue(TimeProvider time) => Due <= time.GetElapsedTime(0);

    /// <summary>For one who asks before.</summary>
    public ServiceException NotYet(string reference, TimeProvider time) =>
        new(new(ErrorCode.NotReady, $"'{reference.Shortened()}' could not be loaded, and is tried again; GET /models says why.", Until(time)));
}
