using ResNetService.Modeling.Architectures;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Experiments.Unravel;

/// <summary>
/// Reads a network without some of its parts. Of a residual block the shortcut stays: relu(shortcut(x)), as though F gave zero. Of a
/// convolution nothing stays, nor of the BatchNorm behind it.
/// </summary>
internal sealed class DeletingSignal(Tensor tensor, IReadOnlySet<Module> deleted, bool skipsNorm = false) : DecoratingSignal(tensor)
{
    public override Signal Conv(Conv2d layer) => deleted.Contains(layer) ? new DeletingSignal(Tensor, deleted, skipsNorm: true) : base.Conv(layer);

    public override Signal BatchNorm(BatchNorm2d layer) => skipsNorm ? Next(Tensor, layer) : base.BatchNorm(layer);

    protected override Signal Pass(Module<Signal, Signal> block) => block is Block residual && deleted.Contains(block)
        ? Through(residual.Shortcut).Relu()
        : base.Pass(block);

    protected override DecoratingSignal Next(Tensor result, Module? module) => new DeletingSignal(result, deleted);
}
