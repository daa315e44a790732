namespace ResNetService.Inference.Batching;

/// <summary>When an idle runner takes a batch, and how large. Pure: it has no clock and no state.</summary>
/// <param name="MaxBatchSize">1 or more.</param>
/// <param name="MaxDelay">Counted from the oldest waiting image.</param>
internal readonly record struct BatchPolicy(int MaxBatchSize, TimeSpan MaxDelay)
{
    /// <param name="waiting">Decoded images that wait for a run; 1 or more.</param>
    /// <param name="oldestWaited">How long the first of them has waited.</param>
    public BatchDecision Decide(int waiting, TimeSpan oldestWaited) =>
        waiting >= MaxBatchSize ? BatchDecision.TakeNow(MaxBatchSize)
        : oldestWaited < MaxDelay ? BatchDecision.WaitFor(MaxDelay - oldestWaited)
        : BatchDecision.TakeNow(waiting);
}

/// <param name="Take">Images to take; 0 to wait.</param>
/// <param name="Wait">How long, at most; ends early when another image is ready.</param>
internal readonly record struct BatchDecision(int Take, TimeSpan Wait)
{
    public static BatchDecision TakeNow(int images) => new(images, TimeSpan.Zero);

    public static BatchDecision WaitFor(TimeSpan time) => new(0, time);
}
