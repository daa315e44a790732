using ResNetService.Modeling.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>Computes the network with TorchSharp, on the device and in the type of the tensor, recorded for gradients where those are on.</summary>
internal sealed class TensorSignal(Tensor tensor) : Signal
{
    public Tensor Tensor => tensor;

    public override Signal Conv(Conv2d layer) => new TensorSignal(layer.forward(tensor));

    public override Signal BatchNorm(BatchNorm2d layer) => new TensorSignal(layer.forward(tensor));

    public override Signal Relu() => new TensorSignal(functional.relu(tensor));

    public override Signal Add(Signal other) => new TensorSignal(tensor.Plus(((TensorSignal)other).Tensor));

    public override Signal MaxPool(int kernel, int stride, int padding) =>
        new TensorSignal(functional.max_pool2d(tensor, kernel, stride, padding));

    public override Signal GlobalAveragePool() => new TensorSignal(tensor.mean([2, 3]));

    public override Signal Linear(Linear layer) => new TensorSignal(layer.forward(tensor));

    public override Signal Subsample(int stride) =>
        new TensorSignal(tensor.slice(2, 0, tensor.shape[2], stride).slice(3, 0, tensor.shape[3], stride));

    public override Signal PadChannels(int before, int after) =>
        new TensorSignal(functional.pad(tensor, [0, 0, 0, 0, before, after], PaddingModes.Constant, 0));

    /// <summary>Frees the block's intermediate tensors at its end (those that gradients need live on).</summary>
    public override Signal Through(Module<Signal, Signal> block)
    {
        using var scope = NewDisposeScope();
        var result = (TensorSignal)base.Through(block);
        if (!ReferenceEquals(result.Tensor, tensor))
            result.Tensor.MoveToOuterDisposeScope();
        return result;
    }
}
