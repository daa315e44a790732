using System.Text;

namespace ResNetService.TestSupport;

/// <summary>
/// ONNX graphs of two or three operators whose answer a test can foretell, written byte by byte so that tests of the service need
/// nothing of the companion. Field numbers are those of onnx.proto3.
/// </summary>
public static class TinyOnnx
{
    /// <summary>logits [N,3] = mean red, green and blue of a uint8 image [N,size,size,3].</summary>
    public static byte[] MeanColor(int size) => Model(
        [Node("Cast", "image", "pixels", IntAttribute("to", 1)), Node("ReduceMean", "pixels", "logits", IntsAttribute("axes", 1, 2), IntAttribute("keepdims", 0))],
        Value("image", UInt8, -1, size, size, 3),
        Value("logits", Float, -1, 3));

    /// <summary>logits [N,3] = mean of each channel of a normalised float32 image [N,3,size,size].</summary>
    public static byte[] MeanChannel(int size) => Model(
        [Node("ReduceMean", "input", "output", IntsAttribute("axes", 2, 3), IntAttribute("keepdims", 0))],
        Value("input", Float, -1, 3, size, size),
        Value("output", Float, -1, 3));

    /// <summary>As <see cref="MeanColor"/>, but NaN for every image: the logarithm of a negative number.</summary>
    public static byte[] NotANumber(int size) => Model(
        [
            Node("Cast", "image", "pixels", IntAttribute("to", 1)),
            Node("ReduceMean", "pixels", "mean", IntsAttribute("axes", 1, 2), IntAttribute("keepdims", 0)),
            Node("Exp", "mean", "positive"),
            Node("Neg", "positive", "negative"),
            Node("Log", "negative", "logits"),
        ],
        Value("image", UInt8, -1, size, size, 3),
        Value("logits", Float, -1, 3));

    /// <summary>output [N,3*size*size] = a float32 image [N,3,size,size] as it is: memory that is moved, and nothing computed.</summary>
    public static byte[] CopyThrough(int size) => Model(
        [Node("Flatten", "input", "flat"), Node("Identity", "flat", "output")],
        Value("input", Float, -1, 3, size, size),
        Value("output", Float, -1, 3 * size * size));

    private const int Float = 1;
    private const int UInt8 = 2;

    private static byte[] Model(byte[][] nodes, byte[] input, byte[] output)
    {
        var graph = Concat([.. nodes.Select(node => Field(1, node)), Field(2, "tiny"), Field(11, input), Field(12, output)]);
        var opset = Concat(Field(1, ""), Field(2, 17));
        return Concat(Field(1, 8), Field(7, graph), Field(8, opset));
    }

    private static byte[] Node(string operation, string input, string output, params byte[][] attributes) =>
        Concat([Field(1, input), Field(2, output), Field(4, operation), .. attributes.Select(a => Field(5, a))]);

    private static byte[] IntAttribute(string name, long value) => Concat(Field(1, name), Field(3, value), Field(20, 2));

    private static byte[] IntsAttribute(string name, params long[] values) =>
        Concat([Field(1, name), .. values.Select(v => Field(8, v)), Field(20, 7)]);

    /// <param name="shape">Negative for a free dimension.</param>
    private static byte[] Value(string name, int type, params long[] shape)
    {
        var dimensions = Concat([.. shape.Select(d => Field(1, d < 0 ? Field(2, "N") : Field(1, d)))]);
        return Concat(Field(1, name), Field(2, Field(1, Concat(Field(1, type), Field(2, dimensions)))));
    }

    private static byte[] Field(int number, long value) => Concat(Varint((ulong)number << 3), Varint((ulong)value));

    private static byte[] Field(int number, string value) => Field(number, Encoding.UTF8.GetBytes(value));

    private static byte[] Field(int number, byte[] value) => Concat(Varint(((ulong)number << 3) | 2), Varint((ulong)value.Length), value);

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    private static byte[] Concat(params byte[][] parts) => [.. parts.SelectMany(part => part)];
}
