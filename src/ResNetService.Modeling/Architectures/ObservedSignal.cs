using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>Computes as <see cref="TensorSignal"/> does, and shows what goes into each module and what comes out, in forward order; a block after the modules inside it.</summary>
/// <param name="observe">
/// Given the module, its input and its output; null for the module where an operation has none. A tensor that it wants to keep it must take
/// out of its dispose scope.
/// </param>
internal sealed class ObservedSignal(TensorSignal signal, Action<Module?, Tensor, Tensor> observe) : DecoratingSignal(signal.Tensor)
{
    protected override DecoratingSignal Next(Tensor result, Module? module)
    {
        observe(module, Tensor, result);
        return new ObservedSignal(new TensorSignal(result), observe);
    }
}
