using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>One step of the forward pass that has parameters or changes the size, and what it costs for one image.</summary>
/// <param name="Layer">The TorchSharp module; null for pooling and concatenation, which have none.</param>
/// <param name="Operation">As table 1 of the paper writes it, without the stride of convolutions; null for a normalisation or an activation.</param>
/// <param name="Output">What it makes.</param>
/// <param name="MultiplyAdds">Products that are summed; a bias, a normalisation, an addition count nothing, as in the paper.</param>
internal sealed record LayerCost(Module? Layer, string? Operation, FeatureShape Output, long MultiplyAdds = 0);

/// <summary>Follows the shape of one image through the network and notes what each layer costs. Needs no memory for weights.</summary>
internal sealed class CostSignal : Signal
{
    private const string AveragePooling = "average pool";

    private readonly List<LayerCost> _costs;

    public CostSignal(FeatureShape image)
        : this(image, 0, [])
    {
    }

    private CostSignal(FeatureShape shape, int depth, List<LayerCost> costs) => (Shape, Depth, _costs) = (shape, depth, costs);

    public override FeatureShape Shape { get; }

    /// <summary>Convolutions and linear layers on the longest path from the image to here.</summary>
    public int Depth { get; }

    /// <summary>Whether any path so far ends its feature maps by global average pooling.</summary>
    public bool PoolsGlobally => _costs.Any(cost => cost is { Layer: null, Operation: AveragePooling, Output.IsVector: true });

    /// <summary>Of all steps on any path of the network so far.</summary>
    public IReadOnlyList<LayerCost> Costs => _costs;

    public override Signal Conv(Conv2d layer)
    {
        var output = Shape.Conv(layer);
        return Weighted(layer, OperationName.Of(layer), output, layer.weight!.numel() * output.Height * output.Width);
    }

    public override Signal BatchNorm(BatchNorm2d layer) => Note(new(layer, null, Shape));

    public override Signal Relu() => this;

    public override Signal PRelu(PReLU layer) => Note(new(layer, null, Shape));

    public override Signal Sigmoid() => this;

    public override Signal Tanh() => this;

    public override Signal Add(Signal other) => Combine(other);

    public override Signal Subtract(Signal other) => Combine(other);

    public override Signal Multiply(Signal other) => Combine(other);

    public override Signal Concat(params IReadOnlyList<Signal> others)
    {
        var output = FeatureShape.Concat([Shape, .. others.Select(o => o.Shape)]);
        _costs.Add(new(null, OperationName.Concat, output));
        return new CostSignal(output, others.Cast<CostSignal>().Max(o => Math.Max(o.Depth, Depth)), _costs);
    }

    public override Signal MaxPool(Pooling pooling) => Note(new(null, OperationName.Of("max pool", pooling), Shape.Pool(pooling)));

    public override Signal AveragePool(Pooling pooling) => Note(new(null, OperationName.Of(AveragePooling, pooling), Shape.Pool(pooling)));

    public override Signal AdaptiveAveragePool(int size) => Note(new(null, $"average pool to {size}x{size}", Shape with { Height = size, Width = size }));

    public override Signal GlobalAveragePool() => Note(new(null, AveragePooling, FeatureShape.Vector(Shape.Channels)));

    public override Signal Flatten() => Next(Shape.Flatten());

    public override Signal Linear(Linear layer) => Weighted(layer, OperationName.Of(layer), Shape.Linear(layer), layer.weight!.numel());

    public override Signal Dropout(Dropout layer) => this;

    public override Signal Subsample(int stride) => Next(Shape.Subsample(stride));

    public override Signal PadChannels(int before, int after) => Next(Shape with { Channels = before + Shape.Channels + after });

    private CostSignal Next(FeatureShape shape) => new(shape, Depth, _costs);

    private CostSignal Combine(Signal other) => new(Shape.Like(other.Shape), Math.Max(Depth, ((CostSignal)other).Depth), _costs);

    private CostSignal Weighted(Module layer, string operation, FeatureShape output, long multiplyAdds)
    {
        _costs.Add(new(layer, operation, output, multiplyAdds));
        return new(output, Depth + 1, _costs);
    }

    private CostSignal Note(LayerCost cost)
    {
        _costs.Add(cost);
        return Next(cost.Output);
    }
}
