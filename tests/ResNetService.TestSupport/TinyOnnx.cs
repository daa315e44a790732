using System.Runtime.InteropServices;
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

    /// <summary>As <see cref="MeanColor"/>, with three numbers added that lie in another file: float32, little-endian.</summary>
    /// <param name="entries">Where, as ONNX has it: <c>location</c>, <c>offset</c> and <c>length</c>.</param>
    public static byte[] ShiftedMeanColor(int size, params (string Key, string Value)[] entries) => ShiftedMeanColor(size, inNode: false, entries);

    /// <summary>The same, where they lie being said at another place.</summary>
    /// <param name="inNode">Whether they are the attribute of a node, and not a constant of the graph.</param>
    public static byte[] ShiftedMeanColor(int size, bool inNode, (string Key, string Value)[] entries)
    {
        var shift = Concat([Field(1, 3), Field(2, Float), Field(8, "shift"), .. entries.Select(entry => Field(13, Concat(Field(1, entry.Key), Field(2, entry.Value)))), Field(14, 1)]);
        return Model(
            [
                .. inNode ? new[] { Node("Constant", [], "shift", Concat(Field(1, "value"), Field(5, shift), Field(20, 4))) } : [],
                Node("Cast", "image", "pixels", IntAttribute("to", 1)),
                Node("ReduceMean", "pixels", "mean", IntsAttribute("axes", 1, 2), IntAttribute("keepdims", 0)),
                Node("Add", ["mean", "shift"], "logits"),
            ],
            inNode ? [] : [shift],
            Value("image", UInt8, -1, size, size, 3),
            Value("logits", Float, -1, 3));
    }

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

    /// <summary>
    /// features [N,3,size,size] = a uint8 image [N,size,size,3] with its channels first; logits [N,classes] = a linear layer on their global mean.
    /// </summary>
    /// <param name="weights">[classes, 3].</param>
    /// <param name="bias">[classes].</param>
    public static byte[] PooledClassifier(int size, float[] weights, float[] bias, ClassifierForm form = ClassifierForm.Gemm)
    {
        var classes = bias.Length;
        byte[][] layer = form switch
        {
            ClassifierForm.Gemm or ClassifierForm.Relu => [Node("Gemm", ["flat", "weights", "bias"], "logits", IntAttribute("transB", 1))],
            ClassifierForm.Dropouts =>
            [
                Concat(Node("Dropout", "flat", "once"), Field(2, "")),
                Concat(Node("Dropout", "once", "twice"), Field(2, "")),
                Node("Gemm", ["twice", "weights", "bias"], "logits", IntAttribute("transB", 1)),
            ],
            ClassifierForm.GemmOfColumns => [Node("Gemm", ["flat", "columns", "bias"], "logits")],
            ClassifierForm.MatMul => [Node("MatMul", ["flat", "columns"], "product"), Node("Add", ["bias", "product"], "logits")],
            ClassifierForm.TransposedMatMul =>
                [Node("Transpose", "weights", "turned", IntsAttribute("perm", 1, 0)), Node("MatMul", ["flat", "turned"], "product"), Node("Add", ["product", "bias"], "logits")],
            ClassifierForm.Half => [Node("Cast", "halves", "weights.single", IntAttribute("to", 1)), Node("Gemm", ["flat", "weights.single", "bias"], "sum", IntAttribute("transB", 1)), Node("Identity", "sum", "logits")],
            ClassifierForm.Int8 or ClassifierForm.ShiftedInt8 =>
                [Node("DequantizeLinear", ["int8", "scales", "zeros"], "dequantized", IntAttribute("axis", 0)), Node("Gemm", ["flat", "dequantized", "bias"], "logits", IntAttribute("transB", 1))],
            _ => throw new ArgumentOutOfRangeException(nameof(form)),
        };
        var pooled = form == ClassifierForm.Relu ? "positive" : "features";
        byte[][] nodes =
        [
            Node("Cast", "image", "pixels", IntAttribute("to", 1)),
            Node("Transpose", "pixels", "features", IntsAttribute("perm", 0, 3, 1, 2)),
            .. form == ClassifierForm.Relu ? new[] { Node("Relu", "features", "positive") } : [],
            .. form == ClassifierForm.MatMul
                ? new[] { Node("ReduceMean", pooled, "flat", IntsAttribute("axes", -1, -2), IntAttribute("keepdims", 0)) }
                : [Node("GlobalAveragePool", pooled, "mean"), Node("Flatten", "mean", "flat")],
            .. layer,
        ];
        float[] columns = [.. Enumerable.Range(0, 3 * classes).Select(i => weights[(i % classes * 3) + (i / classes)])];
        byte[][] constants =
        [
            Constant("weights", Float, Bytes(weights), classes, 3),
            Constant("columns", Float, Bytes(columns), 3, classes),
            Constant("halves", Half, Bytes(Array.ConvertAll(weights, weight => (Half)weight)), classes, 3),
            Constant("bias", Float, Bytes(bias), classes),
            Constant("int8", Int8, Bytes(Array.ConvertAll(weights, weight => (sbyte)(weight * 4))), classes, 3),
            Constant("scales", Float, Bytes([.. Enumerable.Repeat(0.25f, classes)]), classes),
            Constant("zeros", Int8, Bytes([.. Enumerable.Repeat((sbyte)(form == ClassifierForm.ShiftedInt8 ? 1 : 0), classes)]), classes),
        ];
        return Model(nodes, constants, Value("image", UInt8, -1, size, size, 3), Value("logits", Float, -1, classes), Value("features", Float, -1, 3, size, size));
    }

    /// <summary>The same graph, so many bytes further on in its file.</summary>
    public static byte[] Padded(int bytes, byte[] model) => Concat(Field(6, new byte[bytes]), model);

    private const int Float = 1;
    private const int UInt8 = 2;
    private const int Int8 = 3;
    private const int Half = 10;

    private static byte[] Model(byte[][] nodes, byte[] input, byte[] output) => Model(nodes, [], input, output);

    private static byte[] Model(byte[][] nodes, byte[][] constants, byte[] input, params byte[][] outputs)
    {
        var graph = Concat(
        [
            .. nodes.Select(node => Field(1, node)), Field(2, "tiny"), .. constants.Select(constant => Field(5, constant)), Field(11, input), .. outputs.Select(output => Field(12, output)),
        ]);
        var opset = Concat(Field(1, ""), Field(2, 17));
        return Concat(Field(1, 8), Field(7, graph), Field(8, opset));
    }

    private static byte[] Node(string operation, string input, string output, params byte[][] attributes) => Node(operation, [input], output, attributes);

    private static byte[] Node(string operation, string[] inputs, string output, params byte[][] attributes) =>
        Concat([.. inputs.Select(input => Field(1, input)), Field(2, output), Field(4, operation), .. attributes.Select(a => Field(5, a))]);

    private static byte[] Constant(string name, int type, byte[] littleEndian, params long[] shape) =>
        Concat([.. shape.Select(dimension => Field(1, dimension)), Field(2, type), Field(8, name), Field(9, littleEndian)]);

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

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

/// <summary>The ways in which a linear layer is written.</summary>
public enum ClassifierForm
{
    /// <summary>Gemm with a row a class.</summary>
    Gemm,

    /// <summary>Gemm behind two Dropouts, whose optional masks are left out.</summary>
    Dropouts,

    /// <summary>Gemm with a column a class.</summary>
    GemmOfColumns,

    /// <summary>MatMul and Add, behind ReduceMean.</summary>
    MatMul,

    /// <summary>MatMul with rows that are turned into columns, and Add.</summary>
    TransposedMatMul,

    /// <summary>Weights in float16.</summary>
    Half,

    /// <summary>Weights in int8, quarters.</summary>
    Int8,

    /// <summary>Weights in int8 whose zero is 1.</summary>
    ShiftedInt8,

    /// <summary>A Relu between the features and their mean: what is pooled is something else.</summary>
    Relu,
}
