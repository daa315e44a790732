using Microsoft.Extensions.Logging;

namespace ResNetService.Inference.Models;

/// <summary>What is known of every version, and what is loaded of it. One thread at a time changes it; every change is seen at once, as a snapshot.</summary>
internal sealed class LoadedModels(ILogger log) : IAsyncDisposable
{
    private readonly Dictionary<string, ModelEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<Task> _endings = [];
    private IReadOnlyDictionary<string, string> _aliases = new Dictionary<string, string>();
    private IReadOnlyDictionary<string, string> _wanted = new Dictionary<string, string>();
    private volatile ModelSnapshot _snapshot = ModelSnapshot.Empty;

    public ModelSnapshot Snapshot => _snapshot;

    /// <summary>The reference that stands for none; null until it is known.</summary>
    public string? Default { get; private set; }

    public bool IsDefault(ModelCandidate candidate) => Default is { } reference && (Means(reference, candidate) || (_aliases.TryGetValue(reference, out var target) && Means(target, candidate)));

    /// <summary>Whether the default or an alias is this very version, or is to be.</summary>
    public bool IsNamed(ModelCandidate candidate) =>
        Default == candidate.Reference || _aliases.Values.Contains(candidate.Reference) || _wanted.Values.Contains(candidate.Reference);

    /// <summary>What these aliases stand for is to be loaded; those that there are hold until then.</summary>
    public void Want(IReadOnlyDictionary<string, string> aliases) => _wanted = aliases;

    /// <summary>The aliases as they are wanted, but for those whose new target does not serve while their old one does.</summary>
    public Dictionary<string, string> AliasesThatServe(IReadOnlyDictionary<string, string> wanted) => wanted.ToDictionary(
        alias => alias.Key,
        alias => Snapshot.Find(alias.Value) is not { Serves: true } && _aliases.TryGetValue(alias.Key, out var old) ? old : alias.Value,
        StringComparer.Ordinal);

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
        _endings.RemoveAll(ending => ending.IsCompleted);
        _endings.Add(EndAsync(reference, instance));
    }

    /// <summary>Answers what all of them hold, whoever holds them, and ends them.</summary>
    public async ValueTask DisposeAsync()
    {
        var instances = Snapshot.Instances.ToArray();
        _entries.Clear();
        Publish();
        foreach (var instance in instances)
            await instance.DisposeAsync();
        await Task.WhenAll(_endings);
    }

    private static bool Means(string reference, ModelCandidate candidate) => reference == candidate.Name || reference == candidate.Reference;

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
