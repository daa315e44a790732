using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Import;

namespace ResNetService.Modeling.Tests.Weights;

/// <summary>A target without libtorch: keys and shapes, and what was copied.</summary>
internal sealed class TestTarget(params (string Key, long[] Shape)[] tensors) : IWeightTarget
{
    public IReadOnlyList<TargetTensor> Tensors { get; } =
        [.. tensors.Select(tensor => new TargetTensor(tensor.Key, tensor.Shape, TargetTensor.IsBatchCounter(tensor.Key)))];

    public Dictionary<string, float[]> Copied { get; } = [];

    public void Copy(TargetTensor tensor, WeightFile file, TensorEntry source)
    {
        if (!tensor.IsInteger)
        {
            Copied.Add(tensor.Key, file.ReadFloats(source));
            return;
        }

        var values = new long[source.ElementCount];
        file.Read(source, values);
        Copied.Add(tensor.Key, [.. values.Select(value => (float)value)]);
    }
}
