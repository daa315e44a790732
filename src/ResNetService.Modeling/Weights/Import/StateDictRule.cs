namespace ResNetService.Modeling.Weights.Import;

/// <summary>One way in which checkpoints differ from the plain state dict of the network.</summary>
internal abstract class StateDictRule
{
    /// <summary>For the user, who is told which rules were applied.</summary>
    public abstract string Name { get; }

    /// <summary>The state dict without that difference, or null where it does not show the difference.</summary>
    public abstract StateDict? Apply(StateDict source, IWeightTarget target);

    protected static bool AnyKeyStartsWith(IWeightTarget target, string prefix) =>
        target.Tensors.Any(tensor => tensor.Key.StartsWith(prefix, StringComparison.Ordinal));
}

/// <summary>The state dict lies in a dictionary beside an epoch, an optimizer and the like, which are left out.</summary>
internal sealed class WrapperRule(string key) : StateDictRule
{
    private readonly string _prefix = key + TensorEntry.LevelSeparator;

    public override string Name => $"state dict taken from '{key}'";

    /// <remarks>A dictionary without a matrix or a filter holds no weights: an average's settings, say.</remarks>
    public override StateDict? Apply(StateDict source, IWeightTarget target)
    {
        var inner = source.Rename(key => key.StartsWith(_prefix, StringComparison.Ordinal) ? key[_prefix.Length..] : null);
        return inner is not null && inner.Tensors.Values.Any(entry => entry.Shape.Count > 1) ? inner : null;
    }
}

/// <summary>The network was a field of another module when it was saved. Keys without the prefix stay as they are, and show up as unexpected.</summary>
internal sealed class PrefixRule(string prefix) : StateDictRule
{
    public override string Name => $"prefix '{prefix}' removed";

    public override StateDict? Apply(StateDict source, IWeightTarget target) =>
        source.AnyKeyStartsWith(prefix) && !AnyKeyStartsWith(target, prefix)
            ? source.Rename(key => key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : key)
            : null;
}

/// <summary>The last layer has another name. Only a single linear layer is renamed, not a classifier of several.</summary>
internal sealed class HeadRule(string head) : StateDictRule
{
    private const string Wanted = "fc";

    public override string Name => $"last layer '{head}' renamed to '{Wanted}'";

    public override StateDict? Apply(StateDict source, IWeightTarget target) =>
        source.Tensors.ContainsKey(head + ".weight") && AnyKeyStartsWith(target, Wanted + ".") && !AnyKeyStartsWith(target, head + ".")
            ? source.Rename(key => key == head + ".weight" ? Wanted + ".weight" : key == head + ".bias" ? Wanted + ".bias" : key)
            : null;
}

/// <summary>
/// Entries that carry no weights are left out where the network has no place for them, and where a conversion of the whole
/// checkpoint to half precision has made floating-point numbers of them.
/// </summary>
internal sealed class CounterRule(string name, Predicate<string> isCounter) : StateDictRule
{
    public override string Name => $"{name} left out";

    public override StateDict? Apply(StateDict source, IWeightTarget target)
    {
        var places = target.Tensors.Select(tensor => tensor.Key).ToHashSet();
        var rest = source.Rename(key => isCounter(key) && (!places.Contains(key) || source.Tensors[key].Type.IsFloatingPoint()) ? null : key);
        return rest is not null && rest.Tensors.Count < source.Tensors.Count ? rest : null;
    }
}

/// <summary>
/// GoogLeNet's heads in the middle train the layers below them, and inference does without. They are left out of a checkpoint that has
/// them where the network has none.
/// </summary>
internal sealed class AuxiliaryHeadRule : StateDictRule
{
    private static readonly string[] Heads = ["aux1.", "aux2."];

    public override string Name => "auxiliary heads left out";

    public override StateDict? Apply(StateDict source, IWeightTarget target) =>
        Heads.Any(source.AnyKeyStartsWith) && !Heads.Any(head => AnyKeyStartsWith(target, head))
            ? source.Rename(key => Heads.Any(head => key.StartsWith(head, StringComparison.Ordinal)) ? null : key)
            : null;
}
