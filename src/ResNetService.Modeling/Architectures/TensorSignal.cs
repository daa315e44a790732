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

    public override FeatureShape Shape => tensor.shape is [_, var channels, var height, var width]
        ? new((int)channels, (int)height, (int)width)
        : FeatureShape.Vector((int)tensor.shape[1]);

    public override Signal Conv(Conv2d layer) => new TensorSignal(layer.forward(tensor));

    public override Signal BatchNorm(BatchNorm2d layer) => new TensorSignal(layer.forward(tensor));

    public override Signal Relu() => new TensorSignal(functional.relu(tensor));

    public override Signal PRelu(PReLU layer) => new TensorSignal(layer.forward(tensor));

    public override Signal Sigmoid() => new TensorSignal(tensor.sigmoid());

    public override Signal Tanh() => new TensorSignal(tensor.tanh());

    public override Signal Add(Signal other) => new TensorSignal(tensor.Plus(Of(other)));

    public override Signal Subtract(Signal other) => new TensorSignal(tensor.Plus(Of(other), -1));

    public override Signal Multiply(Signal other) => new TensorSignal(tensor.mul(Of(other)));

    public override Signal Concat(params IReadOnlyList<Signal> others) => new TensorSignal(cat([tensor, .. others.Select(Of)], 1));

    public override Signal MaxPool(Pooling pooling) =>
        new TensorSignal(functional.max_pool2d(tensor, pooling.Kernel, pooling.Stride, pooling.Padding, ceil_mode: pooling.CeilMode));

    public override Signal AveragePool(Pooling pooling) =>
        new TensorSignal(functional.avg_pool2d(tensor, pooling.Kernel, pooling.Stride, pooling.Padding, pooling.CeilMode, count_include_pad: false));

    public override Signal AdaptiveAveragePool(int size) => new TensorSignal(functional.adaptive_avg_pool2d(tensor, size));

    public override Signal GlobalAveragePool() => new TensorSignal(tensor.mean([2, 3]));

    public override Signal Flatten() => new TensorSignal(tensor.flatten(1));

    public override Signal Linear(Linear layer) => new TensorSignal(layer.forward(tensor));

    public override Signal Dropout(Dropout layer) => new TensorSignal(layer.forward(tensor));

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

    private static Tensor Of(Signal signal) => ((TensorSignal)signal).Tensor;
}
