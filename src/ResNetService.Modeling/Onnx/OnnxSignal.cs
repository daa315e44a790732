using ResNetService.Modeling.Architectures;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Onnx;

/// <summary>Writes the network down as ONNX operators, for inference: BatchNorm with its running statistics, folded into a convolution right before it.</summary>
/// <remarks>
/// A convolution is written when its output is first used. Where the first use is a BatchNorm, nothing else has seen the
/// plain output, and the two become one; everywhere else the BatchNorm stays a node.
/// </remarks>
internal sealed class OnnxSignal : Signal
{
    private readonly GraphBuilder _graph;
    private readonly IReadOnlyDictionary<nn.Module, string> _keys;
    private readonly Lazy<string> _value;
    private readonly Conv2d? _convolution;
    private readonly OnnxSignal? _convolved;

    /// <param name="value">Name of the graph's value that is this signal.</param>
    /// <param name="keys">The state-dict key of every layer, from which nodes and weights take their names.</param>
    public OnnxSignal(GraphBuilder graph, string value, IReadOnlyDictionary<nn.Module, string> keys)
        : this(graph, keys, new Lazy<string>(value))
    {
    }

    private OnnxSignal(GraphBuilder graph, IReadOnlyDictionary<nn.Module, string> keys, Lazy<string> value)
    {
        _graph = graph;
        _keys = keys;
        _value = value;
    }

    private OnnxSignal(OnnxSignal input, Conv2d convolution)
    {
        _graph = input._graph;
        _keys = input._keys;
        _convolved = input;
        _convolution = convolution;
        _value = new Lazy<string>(() => WriteConvolution(FoldedConvolution.Plain(convolution)));
    }

    public string Value => _value.Value;

    public override Signal Conv(Conv2d layer) => new OnnxSignal(this, layer);

    public override Signal BatchNorm(BatchNorm2d layer)
    {
        if (_convolution is not null && !_value.IsValueCreated)
            return Next(WriteConvolution(FoldedConvolution.Fold(_convolution, layer)));

        var key = _keys[layer];
        return Next(_graph.Add(
            "BatchNormalization",
            key,
            [Value, Weight(layer.weight!, key + ".weight"), Weight(layer.bias!, key + ".bias"), Weight(layer.running_mean!, key + ".running_mean"), Weight(layer.running_var!, key + ".running_var")],
            new Format.AttributeProto { Name = "epsilon", Type = Format.AttributeProto.Types.AttributeType.Float, F = (float)layer.eps }));
    }

    public override Signal Relu() => Next(_graph.Add("Relu", Value + ".relu", [Value]));

    public override Signal Add(Signal other) => Next(_graph.Add("Add", Value + ".add", [Value, ((OnnxSignal)other).Value]));

    public override Signal MaxPool(int kernel, int stride, int padding) => Next(_graph.Add(
        "MaxPool",
        "maxpool",
        [Value],
        GraphBuilder.Attribute("kernel_shape", [kernel, kernel]),
        GraphBuilder.Attribute("strides", [stride, stride]),
        GraphBuilder.Attribute("pads", [padding, padding, padding, padding])));

    public override Signal GlobalAveragePool()
    {
        var pooled = _graph.Add("GlobalAveragePool", "avgpool", [Value]);
        return Next(_graph.Add("Flatten", "flatten", [pooled], GraphBuilder.Attribute("axis", 1)));
    }

    public override Signal Linear(Linear layer)
    {
        var key = _keys[layer];
        return Next(_graph.Add(
            "Gemm", key, [Value, Weight(layer.weight!, key + ".weight"), Weight(layer.bias!, key + ".bias")], GraphBuilder.Attribute("transB", 1)));
    }

    public override Signal Subsample(int stride) => Next(_graph.Add("Slice", Value + ".subsample",
    [
        Value,
        _graph.Constant("subsample.starts", [0L, 0]),
        _graph.Constant("subsample.ends", [long.MaxValue, long.MaxValue]),
        _graph.Constant("subsample.axes", [2L, 3]),
        _graph.Constant("subsample.steps", [(long)stride, stride]),
    ]));

    public override Signal PadChannels(int before, int after) =>
        Next(_graph.Add("Pad", Value + ".pad", [Value, _graph.Constant("pad.pads", [0L, before, 0, 0, 0, after, 0, 0])]));

    private OnnxSignal Next(string value) => new(_graph, value, _keys);

    private string WriteConvolution(FoldedConvolution folded)
    {
        var (layer, key) = (_convolution!, _keys[_convolution!]);
        var weight = _graph.Constant(key + ".weight", folded.Weight, layer.weight!.shape);
        string[] inputs = folded.Bias is null
            ? [_convolved!.Value, weight]
            : [_convolved!.Value, weight, _graph.Constant(key + ".bias", folded.Bias, folded.Bias.Length)];
        var padding = layer.padding!;
        return _graph.Add(
            "Conv",
            key,
            inputs,
            GraphBuilder.Attribute("kernel_shape", layer.kernel_size!),
            GraphBuilder.Attribute("strides", layer.stride!),
            GraphBuilder.Attribute("pads", [padding[0], padding[1], padding[0], padding[1]]),
            GraphBuilder.Attribute("dilations", layer.dilation!),
            GraphBuilder.Attribute("group", layer.groups));
    }

    private string Weight(Tensor tensor, string key) => _graph.Constant(key, FoldedConvolution.Floats(tensor), tensor.shape);
}
