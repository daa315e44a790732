namespace ResNetService.Inference.Explanation.Onnx;

/// <summary>The part of an ONNX file that tells how a value is computed.</summary>
internal sealed class OnnxGraph
{
    private readonly Dictionary<string, OnnxNode> _producers = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, OnnxConstant> _constants;

    /// <summary>What is looked for lies near the end of a graph: a walk of more steps goes in a circle.</summary>
    private int _steps = 1000;

    /// <exception cref="InvalidDataException">Two nodes give the same value.</exception>
    public OnnxGraph(IReadOnlyList<OnnxNode> nodes, IReadOnlyDictionary<string, OnnxConstant> constants)
    {
        _constants = constants;
        foreach (var node in nodes)
        {
            // An optional output that is left out has an empty name.
            foreach (var output in node.Outputs.Where(output => output.Length > 0))
            {
                if (!_producers.TryAdd(output, node))
                    throw new InvalidDataException("two of its nodes give the same value");
            }
        }
    }

    /// <summary>The node whose output the value is; null for an input of the graph, for a constant, and at the end of all steps.</summary>
    public OnnxNode? Producer(string value) => _steps-- > 0 ? _producers.GetValueOrDefault(value) : null;

    public OnnxConstant? Constant(string name) => _constants.GetValueOrDefault(name);
}

/// <param name="Inputs">Empty where an optional one is left out.</param>
/// <param name="Attributes">Those that are numbers or lists of them; a single one is a list of one.</param>
internal sealed record OnnxNode(
    string Operation, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, IReadOnlyList<double>> Attributes)
{
    /// <summary>The name of an input; empty where there is none, which is the name of no value.</summary>
    public string Input(int index) => index < Inputs.Count ? Inputs[index] : "";

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
