using ResNetService.Modeling.Quantization;

namespace ResNetService.Modeling.Tests.Quantization;

public sealed class QuantizedWeightsTests
{
    [Fact]
    public void Of_Kernels_KeepsEachWeightWithinAStepAndEachSumWithinHalfAStep()
    {
        var random = new Random(1);
        float[] weights = [.. Enumerable.Range(0, 4 * 3 * 9).Select(i => (random.NextSingle() - 0.3f) * (i / 27 + 1))];

        var quantized = QuantizedWeights.Of(weights, kernel: 9, new float[4], inputScale: 0.1f);

        Assert.Equal(4, quantized.Scales.Distinct().Count());
        for (var kernel = 0; kernel < 12; kernel++)
        {
            var scale = quantized.Scales[kernel / 3];
            var errors = Enumerable.Range(kernel * 9, 9).Select(i => quantized.Values[i] - ((double)weights[i] / scale)).ToArray();
            Assert.All(errors, error => Assert.InRange(error, -1, 1));
            Assert.InRange(errors.Sum(), -0.5001, 0.5001);
        }
    }

    [Fact]
    public void Of_SingleWeights_RoundsToTheNearest()
    {
        var quantized = QuantizedWeights.Of([1f, 0.1f, -0.35f, 0.004f], kernel: 1, [0.5f], inputScale: 0.02f);

        Assert.Equal([127, 13, -44, 1], quantized.Values);
        Assert.Equal(1f / 127, quantized.Scales[0]);
        Assert.Equal((int)Math.Round(0.5 / (0.02f * (1f / 127))), quantized.Bias[0]);
    }

    /// <summary>At the scale of its weights, its bias would not fit 32 bits.</summary>
    [Fact]
    public void Of_ChannelOfNextToNoWeight_KeepsItsBias()
    {
        var quantized = QuantizedWeights.Of([1e-12f, 0], kernel: 1, [2f, -3f], inputScale: 0.02f);

        Assert.Equal(2, quantized.Bias[0] * (double)quantized.BiasScales[0], 1e-5);
        Assert.Equal(-3, quantized.Bias[1] * (double)quantized.BiasScales[1], 1e-5);
    }
}
