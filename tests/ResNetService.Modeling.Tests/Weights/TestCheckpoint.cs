using System.Buffers.Binary;
using System.Text;

namespace ResNetService.Modeling.Tests.Weights;

/// <summary>Checkpoints in PyTorch's two forms, from a pickle and its storages.</summary>
internal static class TestCheckpoint
{
    public const string Folder = "any name";

    public static byte[] Zip(params TestTensor[] tensors) =>
        Zip(new PickleBuilder().StateDict(tensors).Stop(), [.. tensors.Select(tensor => tensor.Storage)]);

    public static byte[] Zip(byte[] pickle, params TestStorage[] storages) => ZipBuilder.Build(ZipEntries(pickle, storages));

    public static IEnumerable<ZipTestEntry> ZipEntries(byte[] pickle, params TestStorage[] storages) =>
    [
        new($"{Folder}/data.pkl", pickle),
        new($"{Folder}/byteorder", Encoding.ASCII.GetBytes("little")),
        .. storages.DistinctBy(storage => storage.Key).Select(storage => new ZipTestEntry($"{Folder}/data/{storage.Key}", storage.Data)),
        new($"{Folder}/version", Encoding.ASCII.GetBytes("3\n")),
    ];

    public static byte[] Legacy(params TestTensor[] tensors)
    {
        tensors = [.. tensors.Select(tensor => tensor with { Storage = tensor.Storage with { WritesView = true } })];
        return Legacy(new PickleBuilder().StateDict(tensors).Stop(), [.. tensors.Select(tensor => tensor.Storage)]);
    }

    public static byte[] Legacy(byte[] pickle, params TestStorage[] storages)
    {
        storages = [.. storages.DistinctBy(storage => storage.Key)];
        var keys = new PickleBuilder().Op("]", "(");
        foreach (var storage in storages)
            keys.Text(storage.Key);

        var file = new MemoryStream();
        file.Write(LegacyHead());
        file.Write(pickle);
        file.Write(keys.Op("e").Stop());
        foreach (var storage in storages)
        {
            file.Write(Count(storage.Count));
            file.Write(storage.Data);
        }

        return file.ToArray();
    }

    public static byte[] LegacyHead(long version = 1001) =>
    [
        .. new PickleBuilder().Raw(0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19).Stop(),
        .. new PickleBuilder().Int(version).Stop(),
        .. new PickleBuilder().Op("}", "(").Text("little_endian").Op("\x88", "u").Stop(),
    ];

    public static byte[] Count(long count)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, count);
        return bytes;
    }
}
