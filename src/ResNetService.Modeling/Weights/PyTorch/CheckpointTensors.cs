using ResNetService.Modeling.Weights.Pickle;

namespace ResNetService.Modeling.Weights.PyTorch;

/// <summary>Lists the tensors of a checkpoint: those in its dictionaries, by the path of keys that leads to them.</summary>
/// <remarks>Tensors in lists, as optimizers and loggers keep them, have no key and belong to no state dict: they are left out.</remarks>
internal static class CheckpointTensors
{
    public static WeightFileContent List(SourceFile file, object? checkpoint, StorageTable storages)
    {
        if (checkpoint is not PickleDictionary dictionary)
            throw file.Fault($"holds a {PickleValues.TypeName(checkpoint)}; wanted is a dictionary of tensors, such as torch.save(model.state_dict(), …) writes");

        var tensors = new Dictionary<string, StoredTensor>();
        var pairs = 0;
        Visit(dictionary, prefix: "", depth: 1);
        return new([.. tensors.Values], new Dictionary<string, string>());

        void Visit(PickleDictionary level, string prefix, int depth)
        {
            // A dictionary may hold itself, or one dictionary many times.
            if (depth > PickleLimits.MaxNesting || (pairs += level.Pairs.Count) > PickleLimits.MaxValues)
                throw file.Fault($"nests its dictionaries more than {PickleLimits.MaxNesting} deep, or into one another");

            foreach (var (key, value) in level.Pairs)
            {
                if (value is PickleDictionary inner)
                    Visit(inner, Join(prefix, key) + TensorEntry.LevelSeparator, depth + 1);
                else if (value is PickleTensor tensor)
                    Add(Join(prefix, key), tensor);
            }
        }

        string Join(string prefix, object? key)
        {
            if (key is not (string or long))
                throw file.Fault($"has a {PickleValues.TypeName(key)} as the key of a tensor or a dictionary");
            var text = key.ToString()!;
            return prefix.Length + text.Length <= PickleLimits.MaxPathLength
                ? prefix + text
                : throw file.Fault($"has a key of more than {PickleLimits.MaxPathLength} characters: {Shown.Text(text)}");
        }

        void Add(string name, PickleTensor tensor)
        {
            if (!tensors.TryAdd(name, storages.Locate(name, tensor)))
                throw file.Fault($"has two tensors of the name {Shown.Text(name)}");
        }
    }
}
