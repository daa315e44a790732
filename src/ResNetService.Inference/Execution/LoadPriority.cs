namespace ResNetService.Inference.Execution;

/// <summary>What share of the cores the load of a model has.</summary>
internal enum LoadPriority
{
    /// <summary>As everything else: nobody is served meanwhile.</summary>
    Normal,

    /// <summary>A tenth of what other threads have, so that it ends on a busy machine too.</summary>
    Low,

    /// <summary>None but what other threads leave over, at once when one of them wakes. On a machine that is never idle it does not end.</summary>
    Idle,
}
