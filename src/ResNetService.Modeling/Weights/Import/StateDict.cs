namespace ResNetService.Modeling.Weights.Import;

/// <summary>Keys and the tensors of the file that they stand for, in the file's order. Immutable.</summary>
internal sealed class StateDict
{
    private readonly OrderedDictionary<string, TensorEntry> _tensors;

    private StateDict(OrderedDictionary<string, TensorEntry> tensors) => _tensors = tensors;

    public IReadOnlyDictionary<string, TensorEntry> Tensors => _tensors;

    public static StateDict Of(WeightFile file) => new(new(file.Entries.Select(entry => KeyValuePair.Create(entry.Name, entry))));

    public bool AnyKeyStartsWith(string prefix) => _tensors.Keys.Any(key => key.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Whether every key that the target must have is here, so that nothing needs to be renamed.</summary>
    public bool Covers(IWeightTarget target) => target.Tensors.All(tensor => tensor.IsOptional || _tensors.ContainsKey(tensor.Key));

    /// <summary>The state dict with other keys.</summary>
    /// <param name="rename">The new key, or null to leave the tensor out.</param>
    /// <returns>Null where two tensors would get the same key.</returns>
    public StateDict? Rename(Func<string, string?> rename)
    {
        var renamed = new OrderedDictionary<string, TensorEntry>();
        foreach (var (key, entry) in _tensors)
        {
            if (rename(key) is { } other && !renamed.TryAdd(other, entry))
                return null;
        }

        return new(renamed);
    }
}
