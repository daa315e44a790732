using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Quantization;

/// <param name="Int8">The name that a value of the float32 graph has in int8; values that stay in float32 are not in it.</param>
internal sealed record QdqModel(ModelProto Model, IReadOnlyDictionary<string, string> Int8)
{
    /// <summary>What became of a value of the float32 graph.</summary>
    public string Of(string value) => Int8.GetValueOrDefault(value, value);
}

/// <summary>
/// Writes a float32 graph with QuantizeLinear and DequantizeLinear around every operator that is to compute in int8: uint8 activations,
/// int8 weights with a scale for each output channel, int32 biases. A runtime that knows the pattern makes one integer operator of each; any other
/// computes the same values in float32.
/// </summary>
internal sealed class QdqGraph
{
    private readonly FloatGraph _graph;
    private readonly Int8Placement _placement;
    private readonly IReadOnlyDictionary<string, ChosenRange> _ranges;
    private readonly IReadOnlyDictionary<string, float[]> _corrections;
    private readonly GraphBuilder _builder;
    private readonly Dictionary<string, string> _dequantized = [];

    private QdqGraph(FloatGraph graph, Int8Placement placement, IReadOnlyDictionary<string, ChosenRange> ranges, IReadOnlyDictionary<string, float[]> corrections)
    {
        (_graph, _placement, _ranges, _corrections) = (graph, placement, ranges, corrections);
        _builder = new(graph.Model.Graph.Clone());
        _builder.Graph.Node.Clear();
    }

    /// <param name="ranges">Of each value that is quantized and shares no other's scale.</param>
    /// <param name="corrections">What is added to biases, by the layer's name; one number an output channel. Layers that are not in it keep theirs.</param>
    public static QdqModel Build(
        FloatGraph graph, Int8Placement placement, IReadOnlyDictionary<string, ChosenRange> ranges, IReadOnlyDictionary<string, float[]> corrections)
    {
        var writer = new QdqGraph(graph, placement, ranges, corrections);
        writer.Write(node => writer._builder.Graph.Node.Add(writer.Rewired(node)));
        UnusedParts.Remove(writer._builder.Graph);
        return new(writer.Model(), writer._dequantized);
    }

    /// <summary>
    /// The float32 graph and, beside each layer with weights that is to be int8, the same layer in int8 on the float32 layer's input: what it would
    /// do if it alone were quantized.
    /// </summary>
    /// <returns>The outputs of the layers in int8 go by the names of those in float32.</returns>
    public static QdqModel BuildBeside(FloatGraph graph, Int8Placement placement, IReadOnlyDictionary<string, ChosenRange> ranges)
    {
        var writer = new QdqGraph(graph, placement, ranges, new Dictionary<string, float[]>());
        var int8 = new Dictionary<string, string>();
        writer.Write(node =>
        {
            writer._builder.Graph.Node.Add(node.Clone());
            if (!FloatGraph.HasWeights(node) || !placement.IsInt8(node))
                return;
            var copy = writer.Rewired(node);
            int8[node.Output[0]] = writer._builder.Add(copy.OpType, node.Name + ".int8", [.. copy.Input], [.. copy.Attribute]);
        });
        return new(writer.Model(), int8);
    }

    private void Write(Action<NodeProto> write)
    {
        foreach (var input in _graph.Inputs)
            Quantize(input);
        foreach (var node in _graph.Nodes)
        {
            write(node);
            foreach (var output in node.Output)
                Quantize(output);
        }
    }

    private ModelProto Model()
    {
        var model = _graph.Model.Clone();
        model.Graph = _builder.Graph;
        return model;
    }

    /// <summary>The node with quantized inputs, where it has them.</summary>
    private NodeProto Rewired(NodeProto node)
    {
        var rewired = node.Clone();
        rewired.Input.Clear();
        rewired.Input.Add(node.Input.Select(input => _placement.ReadsQuantized(node, input) ? _dequantized[input] : input));
        if (FloatGraph.HasWeights(node) && _placement.IsInt8(node))
            QuantizeWeights(node, rewired);
        return rewired;
    }

    private void Quantize(string value)
    {
        if (!_placement.IsQuantized(value))
            return;
        var (scale, zeroPoint) = _ranges[_placement.Root(value)].Range.Parameters;
        string[] parameters = [_builder.Constant(value + ".scale", [scale]), _builder.Constant(value + ".zero_point", [zeroPoint])];
        var quantized = _graph.Pixels(value) ?? _builder.Add("QuantizeLinear", value + ".quantized", [value, .. parameters]);
        _dequantized[value] = _builder.Add("DequantizeLinear", value + ".dequantized", [quantized, .. parameters]);
    }

    private void QuantizeWeights(NodeProto node, NodeProto rewired)
    {
        var shape = _graph.Constant(node.Input[1]).Dims;
        var channels = (int)shape[0];
        var bias = node.Input.Count > 2 ? _graph.Floats(node.Input[2]) : new float[channels];
        if (_corrections.TryGetValue(node.Name, out var correction))
            bias = [.. bias.Zip(correction, (b, c) => b + c)];
        var kernel = (int)shape.Skip(2).Aggregate(1L, (product, side) => product * side);
        var quantized = QuantizedWeights.Of(_graph.Floats(node.Input[1]), kernel, bias, _ranges[_placement.Root(node.Input[0])].Range.Parameters.Scale);

        var (weight, offset) = (node.Name + ".weight", node.Name + ".bias");
        while (rewired.Input.Count < 3)
            rewired.Input.Add("");
        rewired.Input[1] = Dequantize(weight, _builder.Constant(weight + ".quantized", quantized.Values, [.. shape]), quantized.Scales, _builder.Constant(weight + ".zero_point", new sbyte[channels], channels));
        rewired.Input[2] = Dequantize(offset, _builder.Constant(offset + ".quantized", quantized.Bias, channels), quantized.BiasScales, _builder.Constant(offset + ".zero_point", new int[channels], channels));
    }

    private string Dequantize(string name, string constant, float[] scales, string zeroPoint) => _builder.Add(
        "DequantizeLinear", name + ".dequantized", [constant, _builder.Constant(name + ".scale", scales, scales.Length), zeroPoint], GraphBuilder.Attribute("axis", 0));
}
