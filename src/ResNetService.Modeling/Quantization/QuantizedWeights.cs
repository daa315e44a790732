namespace ResNetService.Modeling.Quantization;

/// <summary>A layer's weights in int8, each output channel with its own scale and zero point 0, and its bias in int32.</summary>
/// <param name="Values">As the weights, -127 to 127.</param>
/// <param name="Scales">One an output channel.</param>
/// <param name="Bias">In units of <paramref name="BiasScales"/>; one an output channel.</param>
/// <param name="BiasScales">Input scale times weight scale.</param>
internal sealed record QuantizedWeights(sbyte[] Values, float[] Scales, int[] Bias, float[] BiasScales)
{
    /// <summary>Half of int32: the sum of products, which the other half is for, is below it for any layer here.</summary>
    private const double LargestBias = 1 << 30;

    /// <param name="weights">Output channel first, kernels last.</param>
    /// <param name="kernel">Weights of one kernel: height times width; 1 of a linear layer.</param>
    /// <param name="bias">One an output channel.</param>
    /// <param name="inputScale">Of the activations that the weights are multiplied with.</param>
    public static QuantizedWeights Of(ReadOnlySpan<float> weights, int kernel, ReadOnlySpan<float> bias, float inputScale)
    {
        var (channels, length) = (bias.Length, weights.Length / bias.Length);
        var quantized = new QuantizedWeights(new sbyte[weights.Length], new float[channels], new int[channels], new float[channels]);
        for (var channel = 0; channel < channels; channel++)
        {
            var (begin, end) = (channel * length, (channel + 1) * length);
            var largest = 0.0;
            foreach (var weight in weights[begin..end])
                largest = Math.Max(largest, Math.Abs(weight));

            // A channel of next to no weight may have a bias that int32 cannot hold at its scale.
            var scale = (float)Math.Max(largest / sbyte.MaxValue, Math.Abs(bias[channel]) / (inputScale * LargestBias));
            quantized.Scales[channel] = scale = float.IsNormal(scale) ? scale : 1;
            quantized.BiasScales[channel] = inputScale * scale;
            quantized.Bias[channel] = (int)Math.Round((double)bias[channel] / quantized.BiasScales[channel]);
            for (var i = begin; i < end; i += kernel)
                Round(weights.Slice(i, kernel), scale, quantized.Values.AsSpan(i, kernel));
        }

        return quantized;
    }

    /// <summary>
    /// To the nearest, but for as few weights as it takes to keep the kernel's sum, which are rounded the other way: those nearest to half. On the smooth
    /// parts of an image a kernel is its sum.
    /// </summary>
    /// <remarks>C. Guo et al., "SQuant: On-the-Fly Data-Free Quantization via Diagonal Hessian Approximation", ICLR 2022, section 3.3 (SQuant-K).</remarks>
    private static void Round(ReadOnlySpan<float> kernel, double scale, Span<sbyte> rounded)
    {
        var excess = 0.0;
        for (var i = 0; i < kernel.Length; i++)
        {
            rounded[i] = (sbyte)Math.Clamp(Math.Round(kernel[i] / scale), -sbyte.MaxValue, sbyte.MaxValue);
            excess += rounded[i] - (kernel[i] / scale);
        }

        if (kernel.Length == 1)
            return;
        var sign = Math.Sign(excess);
        for (var flips = (int)Math.Round(Math.Abs(excess)); flips > 0; flips--)
        {
            var (farthest, distance) = (-1, 0.0);
            for (var i = 0; i < kernel.Length; i++)
            {
                var beyond = sign * (rounded[i] - (kernel[i] / scale));
                if (beyond > distance)
                    (farthest, distance) = (i, beyond);
            }

            if (farthest < 0)
                return;
            rounded[farthest] -= (sbyte)sign;
        }
    }
}
