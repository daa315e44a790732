namespace ResNetService.Inference.Batching;

/// <summary>When an idle runner takes a batch, how large, and whether it computes alone. Pure: it has no clock and no state.</summary>
/// <param name="MaxBatchSize">1 or more.</param>
/// <param name="MaxDelay">Counted from the oldest waiting image.</param>
/// <param name="Shares">
/// 1 where runs do not depend on each other. More: a run that is alone has all cores; once as many images are held, so many runs at a time
/// share them, and the images are spread over these.
/// </param>
internal readonly record struct BatchPolicy(int MaxBatchSize, TimeSpan MaxDelay, int Shares = 1)
{
    public BatchDecision Decide(QueueLoad load)
    {
        var shares = Shares > 1 && load.Held >= Shares;
        // Of a run with all cores and one beside it, each would wait for the other's threads.
        if (Shares > 1 && load.Running > 0 && !(shares && load.RunsShare))
            return BatchDecision.WaitForARun;
        var most = shares ? Math.Min(MaxBatchSize, ((load.Held - 1) / Shares) + 1) : MaxBatchSize;
        return load.Ready < most && load.OldestWaited < MaxDelay
            ? BatchDecision.WaitFor(MaxDelay - load.OldestWaited)
            : new(Math.Min(load.Ready, most), TimeSpan.Zero, shares);
    }
}

/// <param name="Ready">Decoded images that wait for a run; 1 or more.</param>
/// <param name="OldestWaited">How long the first of them has waited.</param>
/// <param name="Held">Images that have come and not been answered, those that run among them.</param>
/// <param name="Running">Batches that run.</param>
/// <param name="RunsShare">Whether they share the cores.</param>
internal readonly record struct QueueLoad(int Ready, TimeSpan OldestWaited, int Held, int Running, bool RunsShare);

/// <param name="Take">Images to take; 0 to wait.</param>
/// <param name="Wait">How long, at most; ends early when another image is ready. Null until a run has ended.</param>
/// <param name="Shares">Whether the batch shares the cores with others.</param>
internal readonly record struct BatchDecision(int Take, TimeSpan? Wait, bool Shares)
{
    public static BatchDecision WaitForARun => new(0, null, false);

    public static BatchDecision WaitFor(TimeSpan time) => new(0, time, false);
}
