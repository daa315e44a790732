using System.Numerics.Tensors;

namespace ResNetService.Inference.Classification;

/// <summary>Probabilities from logits.</summary>
public static class Softmax
{
    /// <summary>
    /// exp(x - max) / sum, in float64, so that no logit overflows and the sum is 1 to the last digit that is shown.
    /// </summary>
    /// <param name="logits">One or more.</param>
    /// <param name="probabilities">As many; 0 to 1.</param>
    /// <returns>False where a logit is NaN or infinite: there are no probabilities then, and the destination is arbitrary.</returns>
    public static bool TryCompute(ReadOnlySpan<float> logits, Span<double> probabilities)
    {
        // Both propagate NaN.
        var max = TensorPrimitives.Max(logits);
        if (!float.IsFinite(max) || !float.IsFinite(TensorPrimitives.Min(logits)))
            return false;

        for (var i = 0; i < logits.Length; i++)
            probabilities[i] = Math.Exp((double)logits[i] - max);
        TensorPrimitives.Divide(probabilities[..logits.Length], TensorPrimitives.Sum<double>(probabilities[..logits.Length]), probabilities);
        return true;
    }
}
