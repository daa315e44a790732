using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Quantization;

/// <summary>Which nodes of a graph compute in int8, and which values they exchange.</summary>
internal sealed class Int8Placement
{
    private readonly FloatGraph _graph;
    private readonly Dictionary<string, bool> _isInt8 = [];
    private readonly Dictionary<string, string> _roots = [];

    /// <param name="kept">Names of nodes that stay in float32.</param>
    public Int8Placement(FloatGraph graph, IReadOnlySet<string> kept)
    {
        _graph = graph;
        foreach (var node in graph.Nodes)
        {
            if (kept.Contains(node.Name) || graph.Form(node) == Int8Form.None)
                _isInt8[node.Name] = false;
            else if (graph.Form(node) == Int8Form.Arithmetic)
                _isInt8[node.Name] = true;
        }

        Values = [.. graph.Inputs.Concat(graph.Nodes.SelectMany(node => node.Output)).Where(IsExchanged)];
        foreach (var value in Values)
            _roots[value] = graph.Producer(value) is { } producer && graph.Form(producer) == Int8Form.Movement && IsInt8(producer) ? _roots[producer.Input[0]] : value;
    }

    /// <summary>Values that are quantized, in the order in which they are computed.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>The value whose scale and zero point it has: itself, or what was moved.</summary>
    public string Root(string value) => _roots[value];

    /// <summary>An operator that only moves values is int8 where what it moves comes from int8 or goes there.</summary>
    public bool IsInt8(NodeProto node)
    {
        if (!_isInt8.TryGetValue(node.Name, out var isInt8))
        {
            isInt8 = IsMadeInInt8(node.Input[0]) || _graph.Consumers(node.Output[0]).Any(IsInt8);
            _isInt8[node.Name] = isInt8;
        }

        return isInt8;
    }

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
}
