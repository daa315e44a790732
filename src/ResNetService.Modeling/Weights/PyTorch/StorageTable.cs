using ResNetService.Modeling.Weights.Pickle;

namespace ResNetService.Modeling.Weights.PyTorch;

/// <summary>The storages that a checkpoint's pickle names, and where the file holds their elements.</summary>
internal sealed class StorageTable(SourceFile file)
{
    private readonly Dictionary<string, StorageRoot> _roots = [];
    private readonly Dictionary<string, long> _positions = [];

    public IEnumerable<StorageRoot> Roots => _roots.Values;

    /// <summary>
    /// Gives the storage for a persistent id: ("storage", class, key, location, count), and in the older form a view (key, offset,
    /// count) of it or None. The location (<c>cuda:0</c>) says where the elements were, which does not matter here.
    /// </summary>
    public PickleStorage Load(object? id)
    {
        if (id is not PickleTuple { Items: ["storage", PickleGlobal { Storage: { } type }, string key, string, long count, .. var rest] }
            || count < 0 || count > long.MaxValue / type.Size())
        {
            throw file.Fault($"names something other than a storage from outside of the pickle ({PickleValues.TypeName(id)})");
        }

        var root = new StorageRoot(key, type, count);
        if (!_roots.TryAdd(key, root) && _roots[key] != root)
            throw file.Fault($"describes storage {Shown.Text(key)} in two ways: {count} {type} and {_roots[key].Count} {_roots[key].Type}");
        return rest switch
        {
            [] or [null] => new(root, 0, count),
            [PickleTuple { Items: [string, long offset, long part] }] when offset >= 0 && part >= 0 && part <= count - offset => new(root, offset, part),
            _ => throw file.Fault($"has a view of storage {Shown.Text(key)} that is not inside of it"),
        };
    }

    public StorageRoot? Find(string key) => _roots.GetValueOrDefault(key);

    /// <summary>Tells where the elements of a storage start.</summary>
    public void Place(StorageRoot root, long position)
    {
        if (!_positions.TryAdd(root.Key, position))
            throw file.Fault($"holds storage {Shown.Text(root.Key)} twice");
    }

    /// <summary>The tensor as a run of the file, every element of it checked to lie in its storage.</summary>
    public StoredTensor Locate(string name, PickleTensor tensor)
    {
        var (root, part, count) = tensor.Storage;
        if (!_positions.TryGetValue(root.Key, out var position))
            throw file.Fault($"lacks storage {Shown.Text(root.Key)}, which tensor {Shown.Text(name)} needs");
        if (Integers(tensor.Size) is not { } size || Integers(tensor.Stride) is not { } stride)
            throw file.Fault($"tensor {Shown.Text(name)} has a size or a stride that is not of at most {TensorShape.MaxRank} integers");
        return StoredTensor.View(file, name, root.Type, size, stride, position + (part * root.Type.Size()), count, tensor.Offset);
    }

    private static long[]? Integers(PickleTuple tuple) =>
        tuple.Items.Length <= TensorShape.MaxRank && tuple.Items.All(item => item is long) ? [.. tuple.Items.Cast<long>()] : null;
}
