namespace ResNetService.Modeling.Weights.Import;

/// <summary>What is to be filled with weights: a network, or anything else with a state dict.</summary>
internal interface IWeightTarget
{
    /// <summary>Every tensor of the state dict.</summary>
    IReadOnlyList<TargetTensor> Tensors { get; }

    /// <summary>Copies a tensor of the file over one of <see cref="Tensors"/>; shapes and kinds have been found equal.</summary>
    void Copy(TargetTensor tensor, WeightFile file, TensorEntry source);
}

/// <param name="Key">torchvision's, here.</param>
/// <param name="IsInteger">Whether the elements are integers, which is said of BatchNorm's counters, or else floating-point numbers of any width.</param>
internal sealed record TargetTensor(string Key, IReadOnlyList<long> Shape, bool IsInteger)
{
    /// <summary>BatchNorm counts its training batches. Inference does not use the count, and checkpoints before PyTorch 0.4.1 have none.</summary>
    public bool IsOptional => IsBatchCounter(Key);

    public static bool IsBatchCounter(string key) => key.EndsWith(".num_batches_tracked", StringComparison.Ordinal);
}
