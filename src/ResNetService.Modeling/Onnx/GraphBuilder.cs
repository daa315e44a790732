using System.Runtime.InteropServices;
using Google.Protobuf;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Onnx;

/// <summary>Collects the nodes and constants of one ONNX graph, in the order in which they are computed.</summary>
/// <param name="graph">What is there already.</param>
internal sealed class GraphBuilder(GraphProto graph)
{
    private readonly HashSet<string> _values =
    [
        .. graph.Input.Select(input => input.Name), .. graph.Initializer.Select(constant => constant.Name), .. graph.Node.SelectMany(node => node.Output),
    ];

    public GraphBuilder(string name)
        : this(new GraphProto { Name = name })
    {
    }

    public GraphProto Graph { get; } = graph;

    /// <summary>What global average pooling reads, by the name and shape of its value; null where the network does not pool so.</summary>
    public (string Value, FeatureShape Shape)? Pooled { get; set; }

    /// <summary>Whether float constants that are added from now on are written as float16.</summary>
    public bool HalfPrecision { get; set; }

    /// <summary>Adds a node with one output.</summary>
    /// <param name="node">Name of the node and of its output; a number is appended where it is taken.</param>
    /// <returns>The name of the output.</returns>
    public string Add(string operation, string node, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var output = Unique(node);
        var proto = new NodeProto { OpType = operation, Name = output, Output = { output } };
        foreach (var input in inputs)
            proto.Input.Add(input);
        foreach (var attribute in attributes)
            proto.Attribute.Add(attribute);
        Graph.Node.Add(proto);
        return output;
    }

    /// <exception cref="ExportException">A value has no float16.</exception>
    public string Constant(string constant, ReadOnlySpan<float> values, params long[] shape) => HalfPrecision
        ? Constant(constant, TensorProto.Types.DataType.Float16, MemoryMarshal.AsBytes<Half>(Halves(constant, values)), shape)
        : Constant(constant, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(values), shape);

    public string Constant(string constant, ReadOnlySpan<byte> values, params long[] shape) =>
        Constant(constant, TensorProto.Types.DataType.Uint8, values, shape);

    public string Constant(string constant, ReadOnlySpan<sbyte> values, params long[] shape) =>
        Constant(constant, TensorProto.Types.DataType.Int8, MemoryMarshal.AsBytes(values), shape);

    public string Constant(string constant, ReadOnlySpan<int> values, params long[] shape) =>
        Constant(constant, TensorProto.Types.DataType.Int32, MemoryMarshal.AsBytes(values), shape);

    public string Constant(string constant, ReadOnlySpan<long> values) =>
        Constant(constant, TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(values), [values.Length]);

    public void Input(string input, TensorProto.Types.DataType type, params ReadOnlySpan<object> shape)
    {
        _values.Add(input);
        Graph.Input.Add(Value(input, type, shape));
    }

    /// <summary>Gives the value, which must be a node's output, its public name.</summary>
    public void Output(string value, string output, TensorProto.Types.DataType type, params ReadOnlySpan<object> shape)
    {
        var producer = Graph.Node.Single(n => n.Output[0] == value);
        producer.Output[0] = output;
        Graph.Output.Add(Value(output, type, shape));
    }

    public static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, params long[] values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    private string Constant(string constant, TensorProto.Types.DataType type, ReadOnlySpan<byte> littleEndian, long[] shape)
    {
        var tensor = new TensorProto { Name = Unique(constant), DataType = type, Dims = { shape }, RawData = ByteString.CopyFrom(littleEndian) };
        Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static Half[] Halves(string constant, ReadOnlySpan<float> values)
    {
        var halves = new Half[values.Length];
        for (var i = 0; i < halves.Length; i++)
        {
            halves[i] = (Half)values[i];
            if (Half.IsInfinity(halves[i]) && float.IsFinite(values[i]))
                throw new ExportException($"{constant} holds {values[i]}, and float16 ends at {(float)Half.MaxValue}: the network cannot be exported in fp16");
        }

        return halves;
    }

    private string Unique(string wanted)
    {
        var candidate = wanted;
        for (var i = 1; !_values.Add(candidate); i++)
            candidate = $"{wanted}_{i}";
        return candidate;
    }

    /// <param name="shape">A number for a fixed dimension, a word for a free one.</param>
    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, ReadOnlySpan<object> shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = type, Shape = new TensorShapeProto() };
        foreach (var dimension in shape)
        {
            tensor.Shape.Dim.Add(dimension is string word
                ? new TensorShapeProto.Types.Dimension { DimParam = word }
                : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(dimension, null) });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
