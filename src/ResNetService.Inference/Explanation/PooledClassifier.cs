using System.Numerics.Tensors;
using ResNetService.Inference.Execution;

namespace ResNetService.Inference.Explanation;

/// <summary>The linear layer that ends a network, behind global average pooling of its features.</summary>
/// <param name="weights">[classes, channels].</param>
internal sealed class PooledClassifier(float[] weights, FeatureMapShape features)
{
    /// <summary>The features weighted by the class's row: since pooling and layer are linear, the mean of this is the logit without its bias.</summary>
    /// <param name="values">[channels, rows, columns].</param>
    /// <returns>[rows, columns].</returns>
    public float[] Map(int index, ReadOnlySpan<float> values)
    {
        var map = new float[features.Places];
        var row = weights.AsSpan(index * features.Channels, features.Channels);
        for (var channel = 0; channel < row.Length; channel++)
            TensorPrimitives.MultiplyAdd(values.Slice(channel * map.Length, map.Length), row[channel], map, map);
        return map;
    }
}
