namespace ResNetService.Inference.Explanation.Onnx;

/// <summary>The part of an ONNX file that tells how a value is computed.</summary>
internal sealed class OnnxGraph(IReadOnlyList<OnnxNode> nodes, IReadOnlyDictionary<string, OnnxConstant> constants)
{
    /// <summary>By each value; an optional output that is left out has an empty name.</summary>
    private readonly Dictionary<string, OnnxNode> _producers =
        nodes.SelectMany(node => node.Outputs.Where(output => output.Length > 0).Select(output => (output, node)))
            .ToDictionary(made => made.output, made => made.node, StringComparer.Ordinal);

    /// <summary>The node whose output the value is; null for an input of the graph and for a constant.</summary>
    public OnnxNode? Producer(string value) => _producers.GetValueOrDefault(value);

    public OnnxConstant? Constant(string name) => constants.GetValueOrDefault(name);
}

/// <param name="Inputs">Empty where an optional one is left out.</param>
/// <param name="Attributes">Those that are numbers or lists of them; a single one is a list of one.</param>
internal sealed record OnnxNode(
    string Operation, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, IReadOnlyList<double>> Attributes)
{
    public double Attribute(string name, double otherwise) => Attributes.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : otherwise;
}

/// <param name="End">Where its values end in the file, which are little-endian numbers; 0 where they are written in another form, or lie in another file.</param>
internal sealed record OnnxConstant(OnnxType Type, IReadOnlyList<int> Shape, long End)
{
    public int Length => Shape.Aggregate(1, (product, dimension) => checked(product * dimension));
}

/// <summary>By the numbers of <c>TensorProto.DataType</c>; others stay numbers.</summary>
internal enum OnnxType
{
    Float32 = 1,
    UInt8 = 2,
    Int8 = 3,
    Int64 = 7,
    Float16 = 10,
}
