using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>
/// What flows through a network. A network's forward pass is written once, against this type, and read in several ways:
/// <see cref="TensorSignal"/> computes it with TorchSharp, <see cref="CostSignal"/> counts it, and the exporter's signal
/// writes it down as an ONNX graph. So the three cannot disagree about the network, only about an operator.
/// </summary>
/// <remarks>A signal is [N,C,H,W] until <see cref="GlobalAveragePool"/> or <see cref="Flatten"/>, and [N,C] after it.</remarks>
internal abstract class Signal
{
    /// <summary>Of one image.</summary>
    public abstract FeatureShape Shape { get; }

    public abstract Signal Conv(Conv2d layer);

    public abstract Signal BatchNorm(BatchNorm2d layer);

    public abstract Signal Relu();

    /// <summary>x where positive, else x times the channel's slope.</summary>
    public abstract Signal PRelu(PReLU layer);

    public abstract Signal Sigmoid();

    public abstract Signal Tanh();

    /// <summary>Element by element; both of the same shape. Likewise <see cref="Subtract"/> and <see cref="Multiply"/>.</summary>
    public abstract Signal Add(Signal other);

    public abstract Signal Subtract(Signal other);

    public abstract Signal Multiply(Signal other);

    /// <summary>The channels of all, one after another; all of the same height and width.</summary>
    public abstract Signal Concat(params IReadOnlyList<Signal> others);

    public abstract Signal MaxPool(Pooling pooling);

    /// <summary>Means of the pixels in each window; padding is not counted.</summary>
    public abstract Signal AveragePool(Pooling pooling);

    /// <summary>Means over a grid of <paramref name="size"/> by <paramref name="size"/> cells, whatever the input's size (PyTorch's <c>AdaptiveAvgPool2d</c>).</summary>
    public abstract Signal AdaptiveAveragePool(int size);

    /// <summary>Mean over height and width: [N,C,H,W] to [N,C].</summary>
    public abstract Signal GlobalAveragePool();

    /// <summary>[N,C,H,W] to [N,CHW].</summary>
    public abstract Signal Flatten();

    public abstract Signal Linear(Linear layer);

    /// <summary>In training; the identity in inference.</summary>
    public abstract Signal Dropout(Dropout layer);

    /// <summary>Every <paramref name="stride"/>-th row and column, beginning with the first.</summary>
    public abstract Signal Subsample(int stride);

    /// <summary>Channels of zeros before and after those that are there.</summary>
    public abstract Signal PadChannels(int before, int after);

    public virtual Signal Through(Module<Signal, Signal> block) => block.forward(this);

    public Signal Through<TBlock>(ModuleList<TBlock> stage)
        where TBlock : Module<Signal, Signal> => stage.Aggregate(this, (signal, block) => signal.Through(block));
}
