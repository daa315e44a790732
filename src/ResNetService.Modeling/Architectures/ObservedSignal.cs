using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>Computes as <see cref="TensorSignal"/> does, and shows what goes into each layer and what comes out, in forward order.</summary>
/// <param name="observe">Given the layer, its input and its output; null for the layer where an operation has none.</param>
internal sealed class ObservedSignal(TensorSignal signal, Action<Module?, Tensor, Tensor> observe) : Signal
{
    public Tensor Tensor => signal.Tensor;

    public override FeatureShape Shape => signal.Shape;

    public override Signal Conv(Conv2d layer) => Next(layer, signal.Conv(layer));

    public override Signal BatchNorm(BatchNorm2d layer) => Next(layer, signal.BatchNorm(layer));

    public override Signal Relu() => Next(null, signal.Relu());

    public override Signal PRelu(PReLU layer) => Next(layer, signal.PRelu(layer));

    public override Signal Sigmoid() => Next(null, signal.Sigmoid());

    public override Signal Add(Signal other) => Next(null, signal.Add(Of(other)));

    public override Signal Subtract(Signal other) => Next(null, signal.Subtract(Of(other)));

    public override Signal Multiply(Signal other) => Next(null, signal.Multiply(Of(other)));

    public override Signal Concat(params IReadOnlyList<Signal> others) => Next(null, signal.Concat([.. others.Select(Of)]));

    public override Signal MaxPool(Pooling pooling) => Next(null, signal.MaxPool(pooling));

    public override Signal AveragePool(Pooling pooling) => Next(null, signal.AveragePool(pooling));

    public override Signal AdaptiveAveragePool(int size) => Next(null, signal.AdaptiveAveragePool(size));

    public override Signal GlobalAveragePool() => Next(null, signal.GlobalAveragePool());

    public override Signal Flatten() => Next(null, signal.Flatten());

    public override Signal Linear(Linear layer) => Next(layer, signal.Linear(layer));

    public override Signal Dropout(Dropout layer) => Next(layer, signal.Dropout(layer));

    public override Signal Subsample(int stride) => Next(null, signal.Subsample(stride));

    public override Signal PadChannels(int before, int after) => Next(null, signal.PadChannels(before, after));

    /// <summary>Frees the block's intermediate tensors at its end, as <see cref="TensorSignal.Through"/> does.</summary>
    public override Signal Through(Module<Signal, Signal> block)
    {
        using var scope = NewDisposeScope();
        var result = (ObservedSignal)base.Through(block);
        if (!ReferenceEquals(result.Tensor, Tensor))
            result.Tensor.MoveToOuterDisposeScope();
        return result;
    }

    private ObservedSignal Next(Module? layer, Signal result)
    {
        var next = new ObservedSignal((TensorSignal)result, observe);
        observe(layer, Tensor, next.Tensor);
        return next;
    }

    private static TensorSignal Of(Signal other) => new(((ObservedSignal)other).Tensor);
}
