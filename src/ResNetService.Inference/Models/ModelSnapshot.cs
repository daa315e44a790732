using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Models;

/// <summary>All models at one moment: whoever looks twice at one snapshot sees the same.</summary>
internal sealed class ModelSnapshot
{
    private readonly Dictionary<string, ModelEntry> _byReference = new(StringComparer.Ordinal);

    /// <param name="defaultReference">As <see cref="Find"/> takes it; null while there is none.</param>
    /// <param name="aliases">From alias to <c>name</c> or <c>name:version</c>.</param>
    public ModelSnapshot(IEnumerable<ModelEntry> entries, string? defaultReference, IReadOnlyDictionary<string, string> aliases)
    {
        Entries = [.. entries.OrderBy(entry => entry.Candidate.Name, StringComparer.Ordinal).ThenBy(entry => entry.Candidate.VersionNumber)];
        // The later stand for the name: the highest version that serves, or else that comes, or else that is tried again.
        foreach (var entry in Entries.Where(entry => entry.Retry is not null).Concat(Entries.Where(entry => entry.IsComing)).Concat(Entries.Where(entry => entry.Serves)))
            _byReference[entry.Candidate.Name] = _byReference[entry.Candidate.Reference] = entry;
        // A model of the same name goes first.
        foreach (var (alias, target) in aliases.OrderBy(alias => alias.Key, StringComparer.Ordinal))
        {
            if (_byReference.TryGetValue(target, out var entry) && _byReference.TryAdd(alias, entry))
                AliasesOf(entry).Add(alias);
        }

        Default = defaultReference is null ? null : Find(defaultReference);
        Statuses = [.. Entries.Select(StatusOf)];
    }

    public static ModelSnapshot Empty { get; } = new([], null, new Dictionary<string, string>());

    /// <summary>By name, then version.</summary>
    public IReadOnlyList<ModelEntry> Entries { get; }

    /// <summary>That of requests which name none; null where it does not serve.</summary>
    public ModelEntry? Default { get; }

    public IReadOnlyList<ModelStatus> Statuses { get; }

    /// <summary>Those that are loaded, in the order of their entries.</summary>
    public IEnumerable<ModelInstance> Instances => Entries.Select(entry => entry.Instance).OfType<ModelInstance>();

    /// <summary>For people.</summary>
    public string ServedNames => string.Join(", ", Entries.Where(entry => entry.Serves).Select(entry => entry.Candidate.Reference));

    private Dictionary<string, List<string>> Aliases { get; } = [];

    /// <param name="reference"><c>name</c>, <c>name:version</c> or an alias.</param>
    /// <returns>Null where nothing by that name serves, comes or is tried again.</returns>
    public ModelEntry? Find(string reference) => _byReference.GetValueOrDefault(reference);

    /// <summary>For one who asks for what there is not.</summary>
    public ServiceException Unknown(string reference) => new(new(
        ErrorCode.UnknownModel, $"There is no model '{reference.Shortened()}'; known are {ServedNames}."));

    private List<string> AliasesOf(ModelEntry entry)
    {
        if (!Aliases.TryGetValue(entry.Candidate.Reference, out var aliases))
            Aliases.Add(entry.Candidate.Reference, aliases = []);
        return aliases;
    }

    private ModelStatus StatusOf(ModelEntry entry) =>
        new(entry.Candidate.Name, entry.Candidate.Version, entry.State, entry.Instance?.Model, entry.AllFaults, entry.Warnings)
        {
            IsDefault = entry == Default,
            LoadsOnRequest = entry is { Serves: true, Instance: null },
            Aliases = Aliases.GetValueOrDefault(entry.Candidate.Reference) ?? [],
        };
}
