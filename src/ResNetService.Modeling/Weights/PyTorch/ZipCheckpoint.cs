using System.Text;
using ResNetService.Modeling.Weights.Pickle;

namespace ResNetService.Modeling.Weights.PyTorch;

/// <summary>
/// Reads what <c>torch.save</c> writes since PyTorch 1.6: a zip archive with one folder of any name, in it <c>data.pkl</c> (the
/// object), <c>data/KEY</c> (the elements of a storage) and, since 2.1, <c>byteorder</c>.
/// </summary>
/// <remarks>Source: PyTorch, <c>torch/serialization.py</c>, <c>_save</c> and <c>_load</c>.</remarks>
internal static class ZipCheckpoint
{
    private const string PickleName = "data.pkl";

    public static WeightFileContent Read(SourceFile file)
    {
        var entries = ZipDirectory.Read(file);
        var folder = FindFolder(file, entries.Keys);
        if (entries.ContainsKey(folder + "constants.pkl"))
            throw file.Fault("is a TorchScript archive, which holds code; wanted is torch.save(model.state_dict(), …)");
        if (entries.TryGetValue(folder + "byteorder", out var order))
            RequireLittleEndian(file, order);

        var storages = new StorageTable(file);
        var pickle = entries[folder + PickleName];
        var checkpoint = Unpickler.Load(new PickleCursor(file, pickle.Position, pickle.Length), storages.Load);
        foreach (var root in storages.Roots)
        {
            // A storage that is absent matters only to a tensor that needs it.
            if (entries.TryGetValue($"{folder}data/{root.Key}", out var data))
            {
                if (data.Length != root.Count * root.Type.Size())
                    throw file.Fault($"holds {data.Length} bytes for storage {Shown.Text(root.Key)} of {root.Count} {root.Type}");
                storages.Place(root, data.Position);
            }
        }

        return CheckpointTensors.List(file, checkpoint, storages);
    }

    private static string FindFolder(SourceFile file, IEnumerable<string> names)
    {
        var pickles = names.Where(name => name.EndsWith("/" + PickleName, StringComparison.Ordinal) && name.IndexOf('/') == name.LastIndexOf('/')).ToArray();
        return pickles.Length == 1
            ? pickles[0][..^PickleName.Length]
            : throw file.Fault($"is a zip archive with {pickles.Length} {PickleName} in a folder, where torch.save writes one");
    }

    private static void RequireLittleEndian(SourceFile file, ZipEntry order)
    {
        Span<byte> text = stackalloc byte[(int)Math.Min(order.Length, 16)];
        file.Read(order.Position, text);
        if (!text.SequenceEqual("little"u8))
            throw file.Fault($"has the byte order '{Shown.Text(Encoding.Latin1.GetString(text))}'; little is read");
    }
}
