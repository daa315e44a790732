namespace ResNetService.Modeling.Quantization;

/// <summary>A layer's weights in int8, each output channel with its own scale and zero point 0, and its bias in int32.</summary>
/// <param name="Values">As the weights, -127 to 127.</param>
/// <param name="Scales">One an output channel.</param>
/// <param name="Bias">In units of input scale times <paramref name="BiasScales"/>; one an output channel.</param>
internal sealed record QuantizedWeights(sbyte[] Values, float[] Scales, int[] Bias, float[] BiasScales)
{
    /// <summary>Half of int32: the sum of products, which the other half is for, is below it for any layer here.</summary>
    private const double LargestBias = 1 << 30;

    /// <param name="weights">Output channel first.</param>
    /// <param name="bias">One an output channel.</param>
    /// <param name="inputScale">Of the activations that the weights are multiplied with.</param>
    public static QuantizedWeights Of(float[] weights, float[] bias, float inputScale)
    {
        var (channels, length) = (bias.Length, weights.Length / bias.Length);
        var quantized = new QuantizedWeights(new sbyte[weights.Length], new float[channels], new int[channels], new float[channels]);
        for (var channel = 0; channel < channels; channel++)
        {
            var values = weights.AsSpan(channel * length, length);
            var largest = 0.0;
            foreach (var value in values)
                largest = Math.Max(largest, Math.Abs(value));

            // A channel of next to no weight may have a bias that int32 cannot hold at its scale.
            var scale = (float)Math.Max(largest / sbyte.MaxValue, Math.Abs(bias[channel]) / (inputScale * LargestBias));
            quantized.Scales[channel] = float.IsNormal(scale) ? scale : 1;
            quantized.BiasScales[channel] = inputScale * quantized.Scales[channel];
            quantized.Bias[channel] = (int)Math.Round((double)bias[channel] / quantized.BiasScales[channel]);
            for (var i = 0; i < length; i++)
                quantized.Values[(channel * length) + i] = (sbyte)Math.Clamp(Math.Round(values[i] / quantized.Scales[channel]), -sbyte.MaxValue, sbyte.MaxValue);
        }

        return quantized;
    }
}
