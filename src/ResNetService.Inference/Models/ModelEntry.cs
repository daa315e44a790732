namespace ResNetService.Inference.Models;

/// <summary>One version of one model, as it is at one moment.</summary>
internal sealed record ModelEntry(ModelCandidate Candidate)
{
    /// <summary>What answers; null where nothing is loaded.</summary>
    public ModelInstance? Instance { get; init; }

    /// <summary>Whether it is to be loaded when it is asked for.</summary>
    public bool LoadsOnRequest { get; init; }

    /// <summary>Whether it is being loaded or written, and nothing answers for it yet.</summary>
    public bool IsComing { get; init; }

    /// <summary>Whether nobody wants it, which the first of <see cref="Faults"/> explains.</summary>
    public bool IsDismissed { get; init; }

    /// <summary>Of its files, or of its last load.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Why it serves on although it would have to go; null where it would not.</summary>
    public string? KeptBecause { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Of the files as they were when they were last tried; null where they are to be tried.</summary>
    public string? Stamp { get; init; }

    /// <summary>Where the last load failed for a reason that may pass; else null.</summary>
    public LoadRetry? Retry { get; init; }

    /// <summary>Whether a request for it has an answer.</summary>
    public bool Serves => Instance is not null || (LoadsOnRequest && Retry is null);

    public IReadOnlyList<string> AllFaults => KeptBecause is null ? Faults : [.. Faults, KeptBecause];

    public ModelState State => this switch
    {
        { Instance: not null } => ModelState.Ready,
        { IsComing: true } => ModelState.Loading,
        { Retry: not null } or { Candidate.Faults.Count: > 0 } => ModelState.Invalid,
        { LoadsOnRequest: true } or { IsDismissed: true } => ModelState.Unloaded,
        _ => ModelState.Invalid,
    };
}
