using static TorchSharp.torch;

namespace ResNetService.Modeling.Architectures;

/// <summary>A classification network: images [N,3,H,W], normalised, to logits [N,classes].</summary>
/// <remarks>
/// The names of a network's fields are the keys of its state dict, and those are torchvision's; hence their lower case.
/// </remarks>
internal abstract class Network(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>The one definition of the forward pass.</summary>
    public abstract Signal Forward(Signal image);

    /// <summary>The forward pass with what only training looks at; nothing more unless the network has auxiliary heads.</summary>
    public virtual TrainingSignals ForwardForTraining(Signal image) => new(Forward(image), [], AuxiliaryWeight: 0);

    public sealed override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return ((TensorSignal)Forward(new TensorSignal(images))).Tensor.MoveToOuterDisposeScope();
    }
}

/// <param name="Logits">[N,classes].</param>
/// <param name="Auxiliary">Logits of each auxiliary head, [N,classes].</param>
/// <param name="AuxiliaryWeight">Of each head's loss beside that of the logits.</param>
internal sealed record TrainingSignals(Signal Logits, IReadOnlyList<Signal> Auxiliary, double AuxiliaryWeight);
