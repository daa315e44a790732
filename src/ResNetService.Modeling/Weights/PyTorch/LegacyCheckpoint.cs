using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using ResNetService.Modeling.Weights.Pickle;

namespace ResNetService.Modeling.Weights.PyTorch;

/// <summary>
/// Reads what <c>torch.save</c> wrote before PyTorch 1.6: five pickles in a row (magic number, protocol version, facts of the
/// machine, the object, the keys of its storages), then each storage as its 8-byte count and its elements.
/// </summary>
/// <remarks>Source: PyTorch, <c>torch/serialization.py</c>, <c>_legacy_save</c> and <c>_legacy_load</c>. Elements are always little-endian.</remarks>
internal static class LegacyCheckpoint
{
    private const long ProtocolVersion = 1001;

    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static WeightFileContent Read(SourceFile file)
    {
        var cursor = new PickleCursor(file, 0, file.Length);
        if (Unpickler.Load(cursor) is not BigInteger magic || magic != Magic)
            throw file.Fault("is a pickle, but not one that torch.save wrote; wanted is torch.save(model.state_dict(), …)");
        if (Unpickler.Load(cursor) is not ProtocolVersion)
            throw file.Fault($"is not of PyTorch's file version {ProtocolVersion}");
        _ = Unpickler.Load(cursor); // facts of the machine that wrote it, which PyTorch does not heed either

        var storages = new StorageTable(file);
        var checkpoint = Unpickler.Load(cursor, storages.Load);
        if (Unpickler.Load(cursor) is not PickleList keys)
            throw file.Fault("lacks the list of its storages");
        PlaceStorages(file, storages, keys, cursor.Position);
        return CheckpointTensors.List(file, checkpoint, storages);
    }

    private static void PlaceStorages(SourceFile file, StorageTable storages, PickleList keys, long position)
    {
        Span<byte> counted = stackalloc byte[sizeof(long)];
        foreach (var key in keys.Items)
        {
            if (key is not string text || storages.Find(text) is not { } root)
                throw file.Fault("lists a storage that no tensor uses");

            file.Read(position, counted);
            position += counted.Length;
            var count = BinaryPrimitives.ReadInt64LittleEndian(counted);
            if (count != root.Count)
                throw file.Fault($"states {count} elements for storage {Shown.Text(text)}, of which its pickle says that it has {root.Count}");
            if (count > (file.Length - position) / root.Type.Size())
                throw file.Fault($"is truncated: storage {Shown.Text(text)} has {count} elements of {root.Type}, and {file.Length - position} bytes are left");
            storages.Place(root, position);
            position += count * root.Type.Size();
        }

        if (position != file.Length)
            throw file.Fault($"has {file.Length - position} bytes after its last storage");
    }
}
