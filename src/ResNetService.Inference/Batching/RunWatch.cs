namespace ResNetService.Inference.Batching;

/// <summary>A batch that runs.</summary>
/// <param name="Since">When it began.</param>
internal sealed record RunningBatch(Batch Batch, TimeSpan Since);

/// <summary>Knows which runs have begun and not ended, and which of them take too long. No clock and no lock of its own.</summary>
/// <param name="timeout">A run that takes longer hangs.</param>
internal sealed class RunWatch(TimeSpan timeout)
{
    private readonly List<RunningBatch> _running = [];

    /// <summary>Runs that were given up, and have not come back.</summary>
    public int Lost { get; private set; }

    public RunningBatch Begin(Batch batch, TimeSpan now)
    {
        var run = new RunningBatch(batch, now);
        _running.Add(run);
        return run;
    }

    /// <summary>The run has come back.</summary>
    /// <returns>Whether anybody waits for it; else it was given up.</returns>
    public bool End(RunningBatch run)
    {
        if (_running.Remove(run))
            return true;
        Lost--;
        return false;
    }

    public RunningBatch[] Hanging(TimeSpan now) => [.. _running.Where(run => now - run.Since >= timeout)];

    /// <returns>False where it has come back meanwhile.</returns>
    public bool GiveUp(RunningBatch run)
    {
        if (!_running.Remove(run))
            return false;
        Lost++;
        return true;
    }
}
