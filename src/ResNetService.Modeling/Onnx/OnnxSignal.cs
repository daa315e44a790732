using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx.Format;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Onnx;

/// <summary>Writes the network down as ONNX operators, for inference: BatchNorm with its running statistics, folded into a convolution right before it.</summary>
/// <remarks>
/// A convolution is written when its output is first used. Where the first use is a BatchNorm, the two become one; everywhere else
/// the BatchNorm stays a node. (An output that is normalised first and used plain later would be computed twice; no network here does so.)
/// </remarks>
internal sealed class OnnxSignal : Signal
{
    private readonly GraphBuilder _graph;
    private readonly IReadOnlyDictionary<nn.Module, string> _keys;
    private readonly Lazy<string> _value;
    private readonly Conv2d? _convolution;
    private readonly OnnxSignal? _convolved;

    /// <param name="value">Name of the graph's value that is this signal.</param>
    /// <param name="shape">Of one image.</param>
    /// <param name="keys">The state-dict key of every layer, from which nodes and weights take their names.</param>
    public OnnxSignal(GraphBuilder graph, string value, FeatureShape shape, IReadOnlyDictionary<nn.Module, string> keys) =>
        (_graph, _keys, _value, Shape) = (graph, keys, new(value), shape);

    private OnnxSignal(OnnxSignal input, Conv2d convolution)
    {
        (_graph, _keys, Shape) = (input._graph, input._keys, input.Shape.Conv(convolution));
        (_convolved, _convolution) = (input, convolution);
        _value = new Lazy<string>(() => WriteConvolution(FoldedConvolution.Plain(convolution)));
    }

    public string Value => _value.Value;

    public override FeatureShape Shape { get; }

    public override Signal Conv(Conv2d layer) => new OnnxSignal(this, layer);

    public override Signal BatchNorm(BatchNorm2d layer)
    {
        if (_convolution is not null && !_value.IsValueCreated)
            return Next(WriteConvolution(FoldedConvolution.Fold(_convolution, layer)), Shape);

        var key = _keys[layer];
        return Next(
            _graph.Add(
                "BatchNormalization",
                key,
                [Value, Weight(layer.weight!, key + ".weight"), Weight(layer.bias!, key + ".bias"), Weight(layer.running_mean!, key + ".running_mean"), Weight(layer.running_var!, key + ".running_var")],
                new AttributeProto { Name = "epsilon", Type = AttributeProto.Types.AttributeType.Float, F = (float)layer.eps }),
            Shape);
    }

    public override Signal Relu() => Next(_graph.Add("Relu", Value + ".relu", [Value]), Shape);

    public override Signal PRelu(PReLU layer)
    {
        var key = _keys[layer];
        // Slopes are broadcast from the last dimension on.
        long[] shape = Shape.IsVector ? [Shape.Channels] : [Shape.Channels, 1, 1];
        var slope = _graph.Constant(key + ".weight", FoldedConvolution.Floats(layer.weight!), shape);
        return Next(_graph.Add("PRelu", key, [Value, slope]), Shape);
    }

    public override Signal Sigmoid() => Next(_graph.Add("Sigmoid", Value + ".sigmoid", [Value]), Shape);

    public override Signal Tanh() => Next(_graph.Add("Tanh", Value + ".tanh", [Value]), Shape);

    public override Signal Add(Signal other) => Combine("Add", other);

    public override Signal Subtract(Signal other) => Combine("Sub", other);

    public override Signal Multiply(Signal other) => Combine("Mul", other);

    public override Signal Concat(params IReadOnlyList<Signal> others) => Next(
        _graph.Add("Concat", "concat", [Value, .. others.Select(ValueOf)], GraphBuilder.Attribute("axis", 1)),
        FeatureShape.Concat([Shape, .. others.Select(other => other.Shape)]));

    public override Signal MaxPool(Pooling pooling) => Pool("MaxPool", pooling);

    public override Signal AveragePool(Pooling pooling) => Pool("AveragePool", pooling);

    /// <summary>Two products with constant matrices, since ONNX has no such operator; nothing at all where each cell is one pixel.</summary>
    public override Signal AdaptiveAveragePool(int size)
    {
        if ((Shape.Height, Shape.Width) == (size, size))
            return this;
        var right = _graph.Constant("adaptive.columns", Cells(Shape.Width, size, transposed: true), Shape.Width, size);
        var left = _graph.Constant("adaptive.rows", Cells(Shape.Height, size, transposed: false), size, Shape.Height);
        var columns = _graph.Add("MatMul", "adaptive.columns.mean", [Value, right]);
        return Next(_graph.Add("MatMul", "adaptive.mean", [left, columns]), Shape with { Height = size, Width = size });
    }

    public override Signal GlobalAveragePool()
    {
        _graph.Pooled = (Value, Shape);
        var pooled = _graph.Add("GlobalAveragePool", "avgpool", [Value]);
        return Next(_graph.Add("Flatten", "flatten", [pooled], GraphBuilder.Attribute("axis", 1)), FeatureShape.Vector(Shape.Channels));
    }

    public override Signal Flatten() => Next(_graph.Add("Flatten", "flatten", [Value], GraphBuilder.Attribute("axis", 1)), Shape.Flatten());

    public override Signal Linear(Linear layer)
    {
        var key = _keys[layer];
        return Next(
            _graph.Add("Gemm", key, [Value, Weight(layer.weight!, key + ".weight"), Weight(layer.bias!, key + ".bias")], GraphBuilder.Attribute("transB", 1)),
            Shape.Linear(layer));
    }

    public override Signal Dropout(Dropout layer) => this;

    public override Signal Subsample(int stride) => Next(
        _graph.Add("Slice", Value + ".subsample",
        [
            Value,
            _graph.Constant("subsample.starts", [0L, 0]),
            _graph.Constant("subsample.ends", [long.MaxValue, long.MaxValue]),
            _graph.Constant("subsample.axes", [2L, 3]),
            _graph.Constant("subsample.steps", [(long)stride, stride]),
        ]),
        Shape.Subsample(stride));

    public override Signal PadChannels(int before, int after) => Next(
        _graph.Add("Pad", Value + ".pad", [Value, _graph.Constant("pad.pads", [0L, before, 0, 0, 0, after, 0, 0])]),
        Shape with { Channels = before + Shape.Channels + after });

    private OnnxSignal Next(string value, FeatureShape shape) => new(_graph, value, shape, _keys);

    private static string ValueOf(Signal signal) => ((OnnxSignal)signal).Value;

    private OnnxSignal Combine(string operation, Signal other) =>
        Next(_graph.Add(operation, $"{Value}.{operation.ToLowerInvariant()}", [Value, ValueOf(other)]), Shape.Like(other.Shape));

    /// <summary>Padding at the end is written as the windows need it, so that no runtime has to agree about rounding up.</summary>
    private OnnxSignal Pool(string operation, Pooling pooling) => Next(
        _graph.Add(
            operation,
            operation == "MaxPool" ? "maxpool" : "averagepool",
            [Value],
            GraphBuilder.Attribute("kernel_shape", [pooling.Kernel, pooling.Kernel]),
            GraphBuilder.Attribute("strides", [pooling.Stride, pooling.Stride]),
            GraphBuilder.Attribute("pads", [pooling.Padding, pooling.Padding, pooling.EndPadding(Shape.Height), pooling.EndPadding(Shape.Width)])),
        Shape.Pool(pooling));

    /// <summary>[cells, pixels] or its transpose: what each pixel weighs in the mean of each cell. Cells begin and end as PyTorch's do.</summary>
    private static float[] Cells(int pixels, int cells, bool transposed)
    {
        var weights = new float[cells * pixels];
        for (var cell = 0; cell < cells; cell++)
        {
            var (begin, end) = (cell * pixels / cells, ((cell + 1) * pixels + cells - 1) / cells);
            for (var pixel = begin; pixel < end; pixel++)
                weights[transposed ? (pixel * cells) + cell : (cell * pixels) + pixel] = 1f / (end - begin);
        }

        return weights;
    }

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
