using Microsoft.Extensions.Logging;

namespace ResNetService.Inference.Models;

/// <summary>What is known of every version, and what is loaded of it. One thread at a time changes it; every change is seen at once, as a snapshot.</summary>
internal sealed class LoadedModels(ILogger log) : IAsyncDisposable
{
    private readonly Dictionary<string, ModelEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<(ModelInstance Instance, Task Ending)> _endings = [];
    private IReadOnlyDictionary<string, string> _aliases = new Dictionary<string, string>();
    private IReadOnlyDictionary<string, string> _wanted = new Dictionary<string, string>();
    private string? _wantedDefault;
    private volatile ModelSnapshot _snapshot = ModelSnapshot.Empty;

    public ModelSnapshot Snapshot => _snapshot;

    /// <summary>The reference that stands for none; null until it is known.</summary>
    public string? Default { get; private set; }

    /// <summary>Of memory, as estimated.</summary>
    public long LoadedBytes => Snapshot.Instances.Sum(instance => instance.Bytes);

    /// <summary>Of what nobody can find any more, and somebody still holds.</summary>
    public long EndingBytes => _endings.Where(one => !one.Ending.IsCompleted).Sum(one => one.Instance.Bytes);

    /// <summary>Whether requests that name no model are for this one, or are to be.</summary>
    public bool IsDefault(ModelCandidate candidate) => Means(Default, _aliases, candidate) || Means(_wantedDefault, _wanted, candidate);

    /// <summary>Whether it is what answers requests that name no model, and nothing else would.</summary>
    public bool IsLastDefault(ModelEntry entry) => entry == Snapshot.Default
        && !_entries.Values.Any(other => other != entry && other.Instance is not null && Means(Default, _aliases, other.Candidate));

    /// <summary>Whether the default or an alias is this very version, or is to be.</summary>
    public bool IsNamed(ModelCandidate candidate) =>
        Default == candidate.Reference || _wantedDefault == candidate.Reference
        || _aliases.Values.Contains(candidate.Reference) || _wanted.Values.Contains(candidate.Reference);

    /// <summary>What these stand for is to be loaded; those that there are hold until then.</summary>
    public void Want(string? defaultReference, IReadOnlyDictionary<string, string> aliases) => (_wantedDefault, _wanted) = (defaultReference, aliases);

    /// <summary>Names the default and the aliases as they are wanted, where what they stand for serves; those that there are hold where it does not.</summary>
    /// <inheritdoc cref="Name"/>
    public bool NameWanted()
    {
        var aliases = _wanted.ToDictionary(
            alias => alias.Key,
            alias => Snapshot.Find(alias.Value) is not { Serves: true } && _aliases.TryGetValue(alias.Key, out var old) ? old : alias.Value,
            StringComparer.Ordinal);
        if (_wantedDefault is { } wanted && IsLoaded(wanted))
            return Name(wanted, aliases);
        // By what it stands for, where its name is an alias that goes.
        return Name(Default is null || IsLoaded(Default) ? Default : _aliases.GetValueOrDefault(Default, Default), aliases);

        bool IsLoaded(string reference) => _entries.Values.Any(entry => entry.Instance is not null && Means(reference, aliases, entry.Candidate));
    }

    /// <returns>Whether they are others than before: what was loaded for those may go.</returns>
    public bool Name(string? defaultReference, IReadOnlyDictionary<string, string> aliases)
    {
        var changes = Default != defaultReference || !aliases.OrderBy(alias => alias.Key).SequenceEqual(_aliases.OrderBy(alias => alias.Key));
        (Default, _aliases) = (defaultReference, aliases);
        Publish();
        return changes;
    }

    /// <summary>What is known of it, at its present place.</summary>
    public ModelEntry Of(ModelCandidate candidate) => _entries.GetValueOrDefault(candidate.Reference) is { } entry ? entry with { Candidate = candidate } : new(candidate);

    public ModelEntry Set(ModelEntry entry)
    {
        _entries[entry.Candidate.Reference] = entry;
        Publish();
        return entry;
    }

    /// <summary>Forgets what is not loaded.</summary>
    public void Forget(ModelEntry entry)
    {
        _entries.Remove(entry.Candidate.Reference);
        Publish();
    }

    /// <summary>Lets a model that nobody can find any more answer what it holds, and end.</summary>
    public void End(string reference, ModelInstance instance, string reason)
    {
        log.ModelEnds(reference, reason);
        _endings.RemoveAll(one => one.Ending.IsCompleted);
        _endings.Add((instance, EndAsync(reference, instance)));
    }

    /// <summary>Waits until one more of those that end has ended.</summary>
    /// <returns>False where none has in this time.</returns>
    public bool AwaitEnd(TimeSpan longest, TimeProvider time)
    {
        Task[] endings = [.. _endings.Select(one => one.Ending).Where(ending => !ending.IsCompleted)];
        if (endings.Length == 0)
            return true;
        if (longest <= TimeSpan.Zero)
            return false;
        try
        {
            Task.WhenAny(endings).WaitAsync(longest, time).GetAwaiter().GetResult();
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Answers what all of them hold, whoever holds them, and ends them.</summary>
    public async ValueTask DisposeAsync()
    {
        var instances = Snapshot.Instances.ToArray();
        _entries.Clear();
        Publish();
        foreach (var instance in instances)
            await instance.DisposeAsync();
        await Task.WhenAll(_endings.Select(one => one.Ending));
    }

    private static bool Means(string? reference, IReadOnlyDictionary<string, string> aliases, ModelCandidate candidate) => reference is not null
        && (reference == candidate.Name || reference == candidate.Reference
            || (aliases.TryGetValue(reference, out var target) && (target == candidate.Name || target == candidate.Reference)));

    private async Task EndAsync(string reference, ModelInstance instance)
    {
        try
        {
            // From here on nobody takes hold of it.
            await instance.RetireAsync();
            log.ModelGone(reference);
        }
        catch (Exception e)
        {
            log.ModelStays(e, reference);
        }
    }

    private void Publish() => _snapshot = new(_entries.Values, Default, _aliases);
}
