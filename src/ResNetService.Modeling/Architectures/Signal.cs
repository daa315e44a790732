using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>
/// What flows through a network. A network's forward pass is written once, against this type, and read in several ways:
/// <see cref="TensorSignal"/> computes it with TorchSharp, <see cref="CostSignal"/> counts it, and the exporter's signal
/// writes it down as an ONNX graph. So the three cannot disagree about the network, only about an operator.
/// </summary>
/// <remarks>A signal is [N,C,H,W] until <see cref="GlobalAveragePool"/>, and [N,C] after it.</remarks>
internal abstract class Signal
{
    public abstract Signal Conv(Conv2d layer);

    public abstract Signal BatchNorm(BatchNorm2d layer);

    public abstract Signal Relu();

    /// <summary>Element by element; both of the same shape.</summary>
    public abstract Signal Add(Signal other);

    public abstract Signal MaxPool(int kernel, int stride, int padding);

    /// <summary>Mean over height and width: [N,C,H,W] to [N,C].</summary>
    public abstract Signal GlobalAveragePool();

    public abstract Signal Linear(Linear layer);

    /// <summary>Every <paramref name="stride"/>-th row and column, beginning with the first.</summary>
    public abstract Signal Subsample(int stride);

    /// <summary>Channels of zeros before and after those that are there.</summary>
    public abstract Signal PadChannels(int before, int after);

    public virtual Signal Through(Module<Signal, Signal> block) => block.forward(this);

    public Signal Through(ModuleList<Block> stage) => stage.Aggregate(this, (signal, block) => signal.Through(block));
}
