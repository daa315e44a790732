using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>
/// A further reading of a network: computed as by <see cref="TensorSignal"/>, with every step passed by the deriving class, which looks
/// at it or leaves it out.
/// </summary>
internal abstract class DecoratingSignal(Tensor tensor) : Signal
{
    private readonly TensorSignal _inner = new(tensor);

    public Tensor Tensor => tensor;

    public sealed override FeatureShape Shape => _inner.Shape;

    public override Signal Conv(Conv2d layer) => Next(_inner.Conv(layer), layer);

    public override Signal BatchNorm(BatchNorm2d layer) => Next(_inner.BatchNorm(layer), layer);

    public sealed override Signal Relu() => Next(_inner.Relu());

    public sealed override Signal PRelu(PReLU layer) => Next(_inner.PRelu(layer), layer);

    public sealed override Signal Sigmoid() => Next(_inner.Sigmoid());

    public sealed override Signal Tanh() => Next(_inner.Tanh());

    public sealed override Signal Add(Signal other) => Next(_inner.Add(InnerOf(other)));

    public sealed override Signal Subtract(Signal other) => Next(_inner.Subtract(InnerOf(other)));

    public sealed override Signal Multiply(Signal other) => Next(_inner.Multiply(InnerOf(other)));

    public sealed override Signal Concat(params IReadOnlyList<Signal> others) => Next(_inner.Concat([.. others.Select(InnerOf)]));

    public sealed override Signal MaxPool(Pooling pooling) => Next(_inner.MaxPool(pooling));

    public sealed override Signal AveragePool(Pooling pooling) => Next(_inner.AveragePool(pooling));

    public sealed override Signal AdaptiveAveragePool(int size) => Next(_inner.AdaptiveAveragePool(size));

    public sealed override Signal GlobalAveragePool() => Next(_inner.GlobalAveragePool());

    public sealed override Signal Flatten() => Next(_inner.Flatten());

    public sealed override Signal Linear(Linear layer) => Next(_inner.Linear(layer), layer);

    public sealed override Signal Dropout(Dropout layer) => Next(_inner.Dropout(layer), layer);

    public sealed override Signal Subsample(int stride) => Next(_inner.Subsample(stride));

    public sealed override Signal PadChannels(int before, int after) => Next(_inner.PadChannels(before, after));

    /// <summary>Frees the block's intermediate tensors at its end, as <see cref="TensorSignal"/> does.</summary>
    public sealed override Signal Through(Module<Signal, Signal> block)
    {
        using var scope = NewDisposeScope();
        var result = ((DecoratingSignal)Pass(block)).Tensor;
        if (!ReferenceEquals(result, tensor))
            result.MoveToOuterDisposeScope();
        return Next(result, block);
    }

    /// <summary>What the block makes of this.</summary>
    protected virtual Signal Pass(Module<Signal, Signal> block) => block.forward(this);

    /// <summary>The same reading of what comes next.</summary>
    /// <param name="module">That made it; null for an operation without a module.</param>
    protected abstract DecoratingSignal Next(Tensor result, Module? module);

    private DecoratingSignal Next(Signal result, Module? module = null) => Next(((TensorSignal)result).Tensor, module);

    private static TensorSignal InnerOf(Signal signal) => ((DecoratingSignal)signal)._inner;
}
