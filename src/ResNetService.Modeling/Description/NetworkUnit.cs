using ResNetService.Modeling.Architectures;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Description;

/// <summary>A layer or a block of layers: what is repeated within a stage.</summary>
/// <param name="Stage">Name of the network's field that it belongs to; empty for pooling.</param>
/// <param name="Name">Its state-dict key.</param>
/// <param name="Layers">Of several layers, each after a semicolon.</param>
/// <param name="Stride">Product of the strides of its layers, without those of its shortcut.</param>
internal sealed record NetworkUnit(
    string Stage, string Name, FeatureShape Output, string Layers, long Stride, long Parameters, long MultiplyAdds);

/// <summary>Divides the steps of a forward pass into units.</summary>
internal sealed class NetworkUnits
{
    private readonly Dictionary<nn.Module, string> _keys;
    private readonly Dictionary<string, nn.Module> _modules;
    private readonly HashSet<string> _divided;

    /// <param name="costs">Of the network's forward pass.</param>
    public NetworkUnits(Network network, IReadOnlyList<LayerCost> costs)
    {
        _keys = network.named_modules().ToDictionary(m => m.module, m => m.name);
        _modules = _keys.ToDictionary(m => m.Value, m => m.Key);
        _divided = [.. costs.Where(cost => cost.Layer is Conv2d or Linear)
            .GroupBy(cost => Block(_keys[cost.Layer!]))
            .Where(block => !block.Key.Contains('.', StringComparison.Ordinal) && block.Any(cost => !cost.Output.IsOfSize(block.First().Output)))
            .Select(block => block.Key)];
        All = [.. Divide(costs).Select(Unit)];
    }

    public IReadOnlyList<NetworkUnit> All { get; }

    /// <summary>Pooling within a block belongs to it, and so does the concatenation at its end; a normalisation or an activation that stands alone, to the layer before it.</summary>
    private List<List<LayerCost>> Divide(IReadOnlyList<LayerCost> costs)
    {
        var units = new List<List<LayerCost>>();
        var (current, open) = ("", new List<LayerCost>());
        foreach (var cost in costs)
        {
            var unit = cost.Layer is null ? null : UnitOf(_keys[cost.Layer]);
            if (unit is not null && unit == current)
            {
                units[^1].AddRange(open);
                units[^1].Add(cost);
                open.Clear();
            }
            else if (cost.Operation == OperationName.Concat && open.Count == 0 && units.Count > 0)
            {
                units[^1].Add(cost);
            }
            else if (cost.Layer is null)
            {
                open.Add(cost);
            }
            else if (units.Count > 0 && cost.Operation is null && !costs.Any(other => other is { Layer: not null, Operation: not null } && UnitOf(_keys[other.Layer]) == unit))
            {
                units[^1].Add(cost);
            }
            else
            {
                units.AddRange(open.Select(pooling => new List<LayerCost> { pooling }));
                open.Clear();
                units.Add([cost]);
                current = unit!;
            }
        }

        units.AddRange(open.Select(pooling => new List<LayerCost> { pooling }));
        return units;
    }

    private NetworkUnit Unit(List<LayerCost> costs)
    {
        if (costs[0].Layer is null)
            return new("", "", costs[0].Output, costs[0].Operation!, Stride: 1, Parameters: 0, MultiplyAdds: 0);

        var name = UnitOf(_keys[costs[0].Layer!]);
        var layers = costs.Where(cost => cost is { Layer: not null, Operation: not null } && !IsShortcut(_keys[cost.Layer])).ToArray();
        return new(
            name.Split('.')[0],
            name,
            (costs[^1].Operation == OperationName.Concat ? costs[^1] : layers.LastOrDefault() ?? costs[^1]).Output,
            string.Join("; ", layers.Select(layer => layer.Operation)),
            layers.Select(layer => layer.Layer).OfType<Conv2d>().Aggregate(1L, (product, conv) => product * conv.stride![0]),
            costs.Where(cost => cost.Layer is not null).Sum(cost => cost.Layer!.parameters().Sum(p => p.numel())),
            costs.Sum(cost => cost.MultiplyAdds));
    }

    /// <summary>A field's module, or an element of its list: the shortest prefix of the key that is no list.</summary>
    private string Block(string key)
    {
        var words = key.Split('.');
        return Enumerable.Range(1, words.Length).Select(length => string.Join('.', words[..length])).First(prefix => !IsList(_modules[prefix]));
    }

    /// <summary>A field's module whose layers make features of several sizes is a stage without blocks: each layer stands for itself.</summary>
    private string UnitOf(string key) => Block(key) is var block && _divided.Contains(block) ? key : block;

    private bool IsShortcut(string key) => _modules.Any(m => m.Value is Shortcut && key.StartsWith(m.Key + ".", StringComparison.Ordinal));

    private static bool IsList(nn.Module module) => module.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ModuleList<>);
}
