using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Weights.Import;

/// <summary>A TorchSharp module as the target of an import: the one place where weight files and TorchSharp meet.</summary>
internal sealed class ModuleTarget : IWeightTarget
{
    private readonly Dictionary<string, Tensor> _state;

    /// <param name="module">Stays the owner of its tensors; they may be on any device and of any floating-point type.</param>
    public ModuleTarget(nn.Module module)
        : this(module.state_dict())
    {
    }

    /// <param name="state">Tensors under the names that a file has for them.</param>
    public ModuleTarget(Dictionary<string, Tensor> state)
    {
        _state = state;
        Tensors = [.. _state.Select(entry => new TargetTensor(entry.Key, entry.Value.shape, !is_floating_point(entry.Value)))];
    }

    public IReadOnlyList<TargetTensor> Tensors { get; }

    public void Copy(TargetTensor tensor, WeightFile file, TensorEntry source)
    {
        using var _ = no_grad();
        using var staged = empty(tensor.Shape.ToArray(), tensor.IsInteger ? ScalarType.Int64 : ScalarType.Float32, CPU);
        if (tensor.IsInteger)
            file.Read(source, MemoryMarshal.Cast<byte, long>(staged.bytes));
        else
            file.Read(source, MemoryMarshal.Cast<byte, float>(staged.bytes));
        _state[tensor.Key].copy_(staged);
    }
}
