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

    public IReadOnlyList<string> Faults { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Of the files as they were when they were last tried; null where they are to be tried.</summary>
    public string? Stamp { get; init; }

    /// <summary>Whether a request for it has an answer.</summary>
    public bool Serves => Instance is not null || LoadsOnRequest;

    public ModelState State => this switch
    {
        { Instance: not null } => ModelState.Ready,
        { IsComing: true } => ModelState.Loading,
        { LoadsOnRequest: true } or { IsDismissed: true } => ModelState.Unloaded,
        _ => ModelState.Invalid,
    };
}
