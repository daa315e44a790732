using Microsoft.Extensions.Logging;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;

namespace ResNetService.Inference.Models;

/// <summary>
/// Makes what is loaded agree with the files that were seen and with the options. A model is loaded and warm before it takes another's place;
/// where none loads, that one serves on.
/// </summary>
internal sealed class ModelUpdate(ModelLoader loader, LoadedModels models, TimeProvider time, ILogger log)
{
    /// <summary>For an answer that holds a model whose memory another is to have.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _unloaded = new(StringComparer.Ordinal);

    /// <summary>Names of models that have come with a manifest.</summary>
    private readonly HashSet<string> _described = new(StringComparer.Ordinal);

    public ModelsOptions Options { get; set; } = new();

    /// <summary>Of the loads from now on.</summary>
    public LoadPriority Priority { get; set; }

    /// <summary>Names that an administrator has unloaded.</summary>
    public ISet<string> Unloaded => _unloaded;

    /// <param name="seen">All that there is.</param>
    public void Apply(IReadOnlyList<SeenModel> seen, CancellationToken cancellationToken)
    {
        foreach (var name in seen.GroupBy(model => model.Candidate.Name).OrderByDescending(name => name.Any(model => models.IsDefault(model.Candidate))))
            Apply(name.Key, [.. name], onRequest: true, cancellationToken);
        // Nobody knows what is in a folder that cannot be read: what serves from it serves on.
        var unreadable = seen.Where(model => model.Candidate.Version.Length == 0).Select(model => model.Candidate.Name).ToHashSet();
        foreach (var entry in models.Snapshot.Entries.ExceptBy(seen.Select(model => model.Candidate.Reference), entry => entry.Candidate.Reference))
        {
            if (unreadable.Contains(entry.Candidate.Name))
                continue;
            if (models.IsLastDefault(entry))
            {
                Keep(entry, $"{entry.Candidate.GraphPath} is gone; the model serves on, since it is the default");
                continue;
            }

            Dismiss(entry.Candidate, "its files are gone");
            models.Forget(entry);
        }

        _described.IntersectWith(models.Snapshot.Entries.Select(entry => entry.Candidate.Name));
    }

    /// <param name="versions">All that there are of the name.</param>
    /// <param name="onRequest">Whether the options may have a model wait until it is asked for.</param>
    public void Apply(string name, IReadOnlyList<SeenModel> versions, bool onRequest, CancellationToken cancellationToken)
    {
        if (versions.Any(version => version.Candidate.ManifestPath is not null))
            _described.Add(name);
        if (_unloaded.Contains(name))
        {
            foreach (var version in versions)
                Dismiss(version.Candidate, "an administrator has unloaded it");
            return;
        }

        var policy = Options.PolicyOf(name);
        var (served, others) = (0, new List<ModelCandidate>());
        foreach (var version in versions.OrderByDescending(version => version.Candidate.VersionNumber))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isWanted = served < policy.Most && policy.Chooses(version.Candidate);
            if (!isWanted && !models.IsNamed(version.Candidate))
                others.Add(version.Candidate);
            else if (Bring(version, onRequest).Serves && isWanted)
                served++;
        }

        foreach (var other in others)
            Drop(other, policy, isReplaced: served > 0);
    }

    /// <summary>Loads what waits to be asked for, in the place of others if it must.</summary>
    /// <param name="stamp">Of its files, which have settled.</param>
    /// <exception cref="ServiceException">The budget has no room for it.</exception>
    public ModelEntry LoadNow(ModelEntry entry, string stamp)
    {
        MakeRoomFor(entry.Candidate);
        return Load(entry, stamp);
    }

    /// <summary>What is wrong with its place or name is said all the same.</summary>
    public void Dismiss(ModelCandidate candidate, string reason)
    {
        var entry = models.Of(candidate);
        if (candidate.Faults.Count > 0 && entry.Instance is null)
            SayInvalid(entry, candidate.Faults);
        models.Set(new ModelEntry(candidate) { IsDismissed = true, Faults = candidate.Faults.Count > 0 ? candidate.Faults : [reason] });
        if (entry.Instance is { } instance)
            models.End(candidate.Reference, instance, reason);
    }

    /// <summary>What serves a name whose chosen versions do not load is not given up.</summary>
    private void Drop(ModelCandidate candidate, VersionPolicy policy, bool isReplaced)
    {
        if (!isReplaced && models.Of(candidate) is { Instance: not null } kept)
            Keep(kept, $"Models:Versions is {policy}, and no such version serves; this one serves on");
        else
            Dismiss(candidate, $"Models:Versions is {policy}");
    }

    private void Keep(ModelEntry entry, string reason)
    {
        if (entry.KeptBecause == reason)
            return;
        log.ModelServesOn(entry.Candidate.Reference, reason);
        models.Set(entry with { KeptBecause = reason });
    }

    private ModelEntry Bring(SeenModel model, bool onRequest)
    {
        var (candidate, stamp, isSettled) = model;
        var entry = models.Of(candidate);
        if (entry.KeptBecause is not null)
            entry = models.Set(entry with { KeptBecause = null });
        if (entry.Stamp == stamp)
            return IsToBeTried(entry) ? Load(entry, stamp) : entry;
        if (!isSettled)
            return models.Set(entry.Serves ? entry : new(candidate) { IsComing = true, Faults = ["its files are being written"] });
        // Nor does a version of a model that is in use wait: the one before would go for one that is not there.
        if (candidate.Faults.Count > 0 || models.IsDefault(candidate) || models.Snapshot.Instances.Any(instance => instance.Model.Name == candidate.Name))
            return Load(entry, stamp);
        if (!onRequest)
            return LoadNow(entry, stamp);
        if (ReasonToWait(candidate) is not { } reason)
            return Load(entry, stamp);
        log.ModelWaits(candidate.Reference, reason);
        return models.Set(new(candidate) { LoadsOnRequest = true, Stamp = stamp });
    }

    /// <summary>Whether a model whose files are the same is loaded all the same: it has become the default, or may have failed for a reason that has passed.</summary>
    private bool IsToBeTried(ModelEntry entry) => entry is { Instance: null, LoadsOnRequest: true, Retry: null } && models.IsDefault(entry.Candidate)
        || entry.Retry?.IsDue(time) == true && (entry.Instance is not null || ExcessWith(entry.Candidate, models.LoadedBytes + models.EndingBytes) <= 0);

    private ModelEntry Load(ModelEntry entry, string stamp)
    {
        var candidate = entry.Candidate;
        // It is copied without haste, or was removed: as a bare graph it would answer with other labels, of other pixels.
        if (candidate is { ManifestPath: null, Faults: [] } && _described.Contains(candidate.Name))
            return Fail(entry, stamp, new(null, [$"{candidate.GraphPath}: there is no {ModelManifest.FileName} beside it, with which {candidate.Name} has come so far; it is not served without"], []));
        // Whoever asks for it meanwhile waits, where it is loaded on request.
        if (entry is { Instance: null, Retry: null })
            models.Set(new(candidate) { IsComing = true, LoadsOnRequest = entry.LoadsOnRequest });
        var result = NativeHeap.Keep(() => loader.TryLoadInTime(candidate, Priority));
        if (result is not { Instance: { } instance, Warnings: var warnings })
            return Fail(entry, stamp, result);
        if (RepositoryFolder.StampOf(candidate) != stamp)
        {
            // Somebody writes the files: what was loaded may be half of one and half of another.
            models.End(candidate.Reference, instance, "its files have changed while it was loaded");
            return models.Set(entry with { IsComing = entry.Instance is null, IsDismissed = false, Stamp = null });
        }

        foreach (var warning in warnings)
            log.ModelWarning(candidate.Reference, warning);
        var loaded = models.Set(new(candidate) { Instance = instance, Warnings = warnings, Stamp = stamp });
        if (entry.Instance is { } before)
            models.End(candidate.Reference, before, "its files have changed");
        return loaded;
    }

    private ModelEntry Fail(ModelEntry entry, string stamp, LoadResult result)
    {
        SayInvalid(entry, result.Faults);
        return models.Set(new(entry.Candidate)
        {
            Instance = entry.Instance,
            Warnings = entry.Warnings,
            Faults = result.Faults,
            Stamp = stamp,
            LoadsOnRequest = entry.LoadsOnRequest && result.MayPass,
            Retry = result.MayPass ? LoadRetry.After(entry.Stamp == stamp ? entry.Retry : null, time) : null,
        });
    }

    /// <summary>Once, however often it is found again.</summary>
    private void SayInvalid(ModelEntry entry, IReadOnlyList<string> faults)
    {
        if (entry.Faults.SequenceEqual(faults))
            return;
        var text = string.Join(Environment.NewLine, faults);
        if (entry.Instance is null)
            log.ModelInvalid(entry.Candidate.Reference, text);
        else
            log.ModelKept(entry.Candidate.Reference, text);
    }

    /// <returns>Why a model is loaded when it is asked for, and not now; null where it is loaded now.</returns>
    private string? ReasonToWait(ModelCandidate candidate) =>
        Options.LoadOnRequest ? "Models:LoadOnRequest is true"
        : ExcessWith(candidate, models.LoadedBytes + models.EndingBytes) > 0 ? $"Models:MemoryBudget is {Options.MemoryBudget}"
        : null;

    private void MakeRoomFor(ModelCandidate candidate)
    {
        // What ends already makes room too, and is waited for.
        var evicted = MemoryBudget.ToEvict(models.Snapshot.Entries.Where(entry => entry.Instance is not null && entry != models.Snapshot.Default), ExcessWith(candidate, models.LoadedBytes))
            ?? throw new ServiceException(new(ErrorCode.NotReady, $"{candidate.Reference} takes some {ModelLoader.EstimateOf(candidate)} bytes, and Models:MemoryBudget has no room for it beside the default model."));
        foreach (var entry in evicted)
        {
            models.Set(new(entry.Candidate) { LoadsOnRequest = true, Stamp = entry.Stamp });
            models.End(entry.Candidate.Reference, entry.Instance!, $"{candidate.Reference} is asked for, and Models:MemoryBudget is {Options.MemoryBudget}");
        }

        var start = time.GetTimestamp();
        while (models.EndingBytes is > 0 and var ending && ExcessWith(candidate, models.LoadedBytes + ending) > 0)
        {
            if (!models.AwaitEnd(LongestEnd - time.GetElapsedTime(start), time))
                throw new ServiceException(new(ErrorCode.NotReady, $"{candidate.Reference} waits for the memory of models that still answer; try again in a moment.", TimeSpan.FromSeconds(1)));
        }
    }

    /// <param name="bytes">That others take.</param>
    /// <returns>Bytes beyond the budget; 0 or less where it fits. The default is loaded whatever the budget is.</returns>
    private long ExcessWith(ModelCandidate candidate, long bytes) => Options.MemoryBudget == 0 || models.IsDefault(candidate)
        ? 0 : bytes + ModelLoader.EstimateOf(candidate) - Options.MemoryBudget;
}
