using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Models;

/// <summary>The models of the repository, as a caller may see them. They may change while the service runs.</summary>
public interface IModelCatalog
{
    /// <summary>True from the end of the first load, with the default model warm, until shutdown begins.</summary>
    bool IsReady { get; }

    /// <summary>Whether a model has lost all its runners to runs that hang: nothing but a new process helps.</summary>
    bool IsStuck => false;

    /// <summary>Why the models stay as they are, whatever becomes of their files: the folder cannot be looked at, or its options are invalid. Else null.</summary>
    string? Fault => null;

    /// <summary>Every model that was found, by name and version, valid or not.</summary>
    IReadOnlyList<ModelStatus> Models { get; }

    /// <summary>What the models that answer have to do now, and had of late, in the order of <see cref="Models"/>.</summary>
    IReadOnlyList<ModelLoad> Loads { get; }

    /// <summary>What answers to a reference now, for those who only want to know: it may be gone when they look again.</summary>
    /// <returns>Null where nothing is loaded by that name.</returns>
    ServedModel? Find(string? reference);

    /// <summary>Takes hold of a model, so that it is the same from the first look at it to the answer. Loads it where it is loaded on request.</summary>
    /// <param name="reference"><c>name</c> (its highest served version), <c>name:version</c> or an alias; null for the default model.</param>
    /// <param name="deadline">For loading it, from now on; null for none.</param>
    /// <exception cref="ServiceException"><see cref="ErrorCode.UnknownModel"/> with the known names, <see cref="ErrorCode.NotReady"/>, or <see cref="ErrorCode.DeadlineExceeded"/>.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone, before it was loaded.</exception>
    ValueTask<ModelLease> AcquireAsync(string? reference, TimeSpan? deadline, CancellationToken cancellationToken);
}

/// <summary>A model that answers.</summary>
/// <param name="Digest">SHA-256 of the model's files, as hexadecimal digits: another where any of their bytes is.</param>
/// <param name="Runners">The most batches that are computed at once.</param>
/// <param name="Features">Of the output that is embedded; null where there is none.</param>
/// <param name="Explains">Whether a class can be traced to places of the image.</param>
public sealed record ServedModel(
    string Name, string Version, ModelManifest Manifest, string Digest, ExecutionInfo Execution, int Runners, FeatureMapShape? Features = null, bool Explains = false);

/// <param name="Model">What answers by this name and version; null where nothing does.</param>
/// <param name="Faults">Why it does not serve, or why what serves is not what its files are now; else empty.</param>
/// <param name="Warnings">What the operator should know although it serves (a bare graph with assumed preprocessing).</param>
public sealed record ModelStatus(
    string Name, string Version, ModelState State, ServedModel? Model, IReadOnlyList<string> Faults, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether it answers requests that name no model.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Whether the first request for it loads it.</summary>
    public bool LoadsOnRequest { get; init; }

    /// <summary>Other names by which requests may call it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}

public enum ModelState
{
    /// <summary>It is being loaded, and does not answer yet.</summary>
    Loading,

    Ready,

    /// <summary>It cannot be loaded.</summary>
    Invalid,

    /// <summary>It is not loaded, since it was not asked for, or is not wanted.</summary>
    Unloaded,
}
