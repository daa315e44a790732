using System.Collections.Concurrent;

namespace ResNetService.Modeling.Tests.Classification.Server;

/// <summary>Time that stands still but for delays, which pass at once and are remembered. Limits, which are longer, never come.</summary>
internal sealed class SkippingTime(DateTimeOffset start, TimeSpan limit) : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _delays = new();

    public IReadOnlyList<TimeSpan> Delays => [.. _delays];

    public TimeSpan Elapsed => _delays.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => start + Elapsed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan || dueTime >= limit)
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _delays.Enqueue(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
