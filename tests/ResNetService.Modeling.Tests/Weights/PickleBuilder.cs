using System.Buffers.Binary;
using System.Text;

namespace ResNetService.Modeling.Tests.Weights;

/// <summary>Writes pickles opcode by opcode, right or wrong.</summary>
internal sealed class PickleBuilder
{
    private readonly List<byte> _bytes = [];

    public PickleBuilder(byte protocol = 2) => Raw(0x80, protocol);

    public PickleBuilder Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBuilder Op(params string[] opcodes)
    {
        foreach (var opcode in opcodes)
            Raw(Encoding.Latin1.GetBytes(opcode));
        return this;
    }

    public PickleBuilder Text(string text) => Raw((byte)'X').Int32(Encoding.UTF8.GetByteCount(text)).Raw(Encoding.UTF8.GetBytes(text));

    public PickleBuilder Int(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8A, 8).Raw(bytes.ToArray());
    }

    public PickleBuilder Float(double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return Op("G").Raw(bytes.ToArray());
    }

    public PickleBuilder Global(string module, string name) => Op("c", module, "\n", name, "\n");

    public PickleBuilder OrderedDict() => Global("collections", "OrderedDict").Op(")", "R");

    public PickleBuilder Tuple(params long[] values)
    {
        Op("(");
        foreach (var value in values)
            Int(value);
        return Op("t");
    }

    /// <summary>A tensor as <c>Tensor.__reduce_ex__</c> writes it.</summary>
    public PickleBuilder Tensor(TestTensor tensor)
    {
        if (tensor.Rebuild == "_rebuild_parameter")
            return Global("torch._utils", tensor.Rebuild).Op("(").Tensor(tensor with { Rebuild = "_rebuild_tensor_v2" }).Op("\x88").OrderedDict().Op("t", "R");

        Global("torch._utils", tensor.Rebuild).Op("(");
        Storage(tensor).Op("Q");
        Int(tensor.Offset).Tuple(tensor.Size).Tuple(tensor.Stride);
        if (tensor.Rebuild == "_rebuild_tensor_v2")
            Op("\x89").OrderedDict();
        return Op("t", "R");
    }

    public PickleBuilder StateDict(IEnumerable<TestTensor> tensors)
    {
        OrderedDict().Op("(");
        foreach (var tensor in tensors)
            Text(tensor.Name).Tensor(tensor);
        return Op("u");
    }

    public byte[] Stop() => [.. Op(".")._bytes];

    private PickleBuilder Storage(TestTensor tensor)
    {
        var storage = tensor.Storage;
        Op("(").Text("storage").Global("torch", storage.Class).Text(storage.Key).Text(storage.Location).Int(storage.Count);
        if (storage.View is (var key, var offset, var count))
            Op("(").Text(key).Int(offset).Int(count).Op("t");
        else if (storage.WritesView)
            Op("N");
        return Op("t");
    }

    private PickleBuilder Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Raw(bytes.ToArray());
    }
}

/// <param name="Count">As the pickle states it.</param>
internal sealed record TestStorage(string Key, string Class, byte[] Data, long Count)
{
    public string Location { get; init; } = "cpu";

    /// <summary>Whether a view or None ends the persistent id, as in the legacy form.</summary>
    public bool WritesView { get; init; }

    public (string Key, long Offset, long Count)? View { get; init; }

    public static TestStorage Floats(string key, params float[] values) =>
        new(key, "FloatStorage", System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), values.Length);
}

internal sealed record TestTensor(string Name, TestStorage Storage, long Offset, long[] Size, long[] Stride)
{
    public string Rebuild { get; init; } = "_rebuild_tensor_v2";

    /// <summary>All of the values, row-major, in a storage whose key is the name.</summary>
    public static TestTensor Floats(string name, long[] size, params float[] values) =>
        new(name, TestStorage.Floats(name, values), 0, size, RowMajor(size));

    public static long[] RowMajor(long[] size)
    {
        var stride = new long[size.Length];
        for (long i = size.Length - 1, step = 1; i >= 0; step *= size[i--])
            stride[i] = step;
        return stride;
    }
}
