using Google.Protobuf;

namespace ResNetService.Inference.Explanation.Onnx;

/// <summary>
/// Reads the nodes of an ONNX file, and where its constants lie. The constants are nearly all of it, and are passed over. Field numbers are those of
/// onnx.proto3.
/// </summary>
internal static class OnnxFile
{
    private const int GraphOfModel = 7;
    private const int NodeOfGraph = 1, ConstantOfGraph = 5;
    private const int InputOfNode = 1, OutputOfNode = 2, OperationOfNode = 4, AttributeOfNode = 5;
    private const int NameOfAttribute = 1, FloatOfAttribute = 2, IntegerOfAttribute = 3, IntegersOfAttribute = 8;
    private const int ShapeOfTensor = 1, TypeOfTensor = 2, NameOfTensor = 8, BytesOfTensor = 9;

    /// <exception cref="InvalidProtocolBufferException">The file is not ONNX.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OnnxGraph Read(string path)
    {
        using var input = new CodedInputStream(File.OpenRead(path));
        var (nodes, constants) = (new List<OnnxNode>(), new Dictionary<string, OnnxConstant>(StringComparer.Ordinal));
        foreach (var field in Fields(input, long.MaxValue))
        {
            if (field.Number == GraphOfModel)
                ReadGraph(input, nodes, constants);
            else
                input.SkipLastField();
        }

        return new(nodes, constants);
    }

    private static void ReadGraph(CodedInputStream input, List<OnnxNode> nodes, Dictionary<string, OnnxConstant> constants)
    {
        foreach (var field in Fields(input, End(input)))
        {
            if (field.Number == NodeOfGraph)
                nodes.Add(ReadNode(input));
            else if (field.Number == ConstantOfGraph)
                ReadConstant(input, constants);
            else
                input.SkipLastField();
        }
    }

    private static OnnxNode ReadNode(CodedInputStream input)
    {
        var (operation, inputs, outputs) = ("", new List<string>(), new List<string>());
        var attributes = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal);
        foreach (var field in Fields(input, End(input)))
        {
            switch (field.Number)
            {
                case InputOfNode: inputs.Add(input.ReadString()); break;
                case OutputOfNode: outputs.Add(input.ReadString()); break;
                case OperationOfNode: operation = input.ReadString(); break;
                case AttributeOfNode: ReadAttribute(input, attributes); break;
                default: input.SkipLastField(); break;
            }
        }

        return new(operation, inputs, outputs, attributes);
    }

    private static void ReadAttribute(CodedInputStream input, Dictionary<string, IReadOnlyList<double>> attributes)
    {
        var (name, values) = ("", new List<double>());
        foreach (var field in Fields(input, End(input)))
        {
            switch (field.Number)
            {
                case NameOfAttribute: name = input.ReadString(); break;
                case FloatOfAttribute: values.Add(input.ReadFloat()); break;
                case IntegerOfAttribute: values.Add(input.ReadInt64()); break;
                case IntegersOfAttribute: values.AddRange(ReadIntegers(input, field).Select(value => (double)value)); break;
                default: input.SkipLastField(); break;
            }
        }

        attributes[name] = values;
    }

    private static void ReadConstant(CodedInputStream input, Dictionary<string, OnnxConstant> constants)
    {
        var (name, type, shape, end) = ("", 0, new List<int>(), 0L);
        foreach (var field in Fields(input, End(input)))
        {
            switch (field.Number)
            {
                case ShapeOfTensor: shape.AddRange(ReadIntegers(input, field).Select(value => checked((int)value))); break;
                case TypeOfTensor: type = input.ReadInt32(); break;
                case NameOfTensor: name = input.ReadString(); break;
                case BytesOfTensor:
                    input.SkipLastField();
                    end = input.Position;
                    break;
                default: input.SkipLastField(); break;
            }
        }

        constants[name] = new((OnnxType)type, shape, end);
    }

    /// <summary>The fields of a message, one by one; whoever takes one reads it or skips it.</summary>
    /// <param name="end">Where the message ends.</param>
    private static IEnumerable<Field> Fields(CodedInputStream input, long end)
    {
        while (input.Position < end && input.ReadTag() is > 0 and var tag)
            yield return new(WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited);
    }

    /// <summary>Where the message ends whose length comes next.</summary>
    private static long End(CodedInputStream input)
    {
        var length = input.ReadLength();
        return input.Position + length;
    }

    /// <summary>A field of repeated integers, packed or, as older writers have it, one.</summary>
    private static List<long> ReadIntegers(CodedInputStream input, Field field)
    {
        if (!field.HasLength)
            return [input.ReadInt64()];
        var values = new List<long>();
        for (var end = End(input); input.Position < end;)
            values.Add(input.ReadInt64());
        return values;
    }

    private readonly record struct Field(int Number, bool HasLength);
}
