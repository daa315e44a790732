using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Quantization;

/// <summary>Which nodes of a graph compute in int8, and which values they exchange.</summary>
internal sealed class Int8Placement
{
    private readonly FloatGraph _graph;
    private readonly HashSet<string> _int8;
    private readonly Dictionary<string, string> _roots = [];

    /// <param name="kept">Names of nodes that stay in float32.</param>
    public Int8Placement(FloatGraph graph, IReadOnlySet<string> kept)
    {
        _graph = graph;
        _int8 = [.. graph.Nodes.Where(node => graph.Form(node) == Int8Form.Arithmetic && !kept.Contains(node.Name)).Select(node => node.Name)];

        // An operator that only moves values is int8 where what it moves comes from int8 or goes there.
        NodeProto[] moving = [.. graph.Nodes.Where(node => graph.Form(node) == Int8Form.Movement)];
        Add(moving, node => IsMadeInInt8(node.Input[0]));
        Add(moving.Reverse(), node => graph.Consumers(node.Output[0]).Any(IsInt8));
        Add(moving, node => IsMadeInInt8(node.Input[0]));

        Values = [.. graph.Inputs.Concat(graph.Nodes.SelectMany(node => node.Output)).Where(IsExchanged)];
        foreach (var value in Values)
            _roots[value] = graph.Producer(value) is { } producer && graph.Form(producer) == Int8Form.Movement && IsInt8(producer) ? _roots[producer.Input[0]] : value;
    }

    /// <summary>Values that are quantized, in the order in which they are computed.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>The value whose scale and zero point it has: itself, or what was moved.</summary>
    public string Root(string value) => _roots[value];

    public bool IsInt8(NodeProto node) => _int8.Contains(node.Name);

    /// <summary>Whether the node reads the value as it is after quantization; else it reads what was computed in float32.</summary>
    public bool ReadsQuantized(NodeProto node, string value) => IsQuantized(value) && (IsInt8(node) || IsMadeInInt8(value));

    public bool IsQuantized(string value) => _roots.ContainsKey(value);

    private bool IsExchanged(string value) => IsMadeInInt8(value) || _graph.Consumers(value).Any(node => IsInt8(node) && _graph.Activations(node).Contains(value));

    /// <summary>A graph's output stays in float32, as does what lies between a node and its Relu.</summary>
    private bool IsMadeInInt8(string value)
    {
        if (_graph.Producer(value) is not { } producer || _graph.IsOutput(value))
            return false;
        if (producer.OpType == "Relu" && _graph.Producer(producer.Input[0]) is { } before && _graph.FusedRelu(before) == producer)
            return IsInt8(before);
        return IsInt8(producer) && _graph.FusedRelu(producer) is null;
    }

    private void Add(IEnumerable<NodeProto> inOrder, Predicate<NodeProto> isInt8)
    {
        foreach (var node in inOrder.Where(node => isInt8(node)))
            _int8.Add(node.Name);
    }
}
