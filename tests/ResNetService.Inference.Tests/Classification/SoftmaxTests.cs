using ResNetService.Inference.Classification;

namespace ResNetService.Inference.Tests.Classification;

public sealed class SoftmaxTests
{
    [Fact]
    public void Compute_SmallLogits_IsExpOverSum()
    {
        var probabilities = Compute(1, 2, 3);

        var sum = Math.Exp(1) + Math.Exp(2) + Math.Exp(3);
        Assert.Equal(Math.Exp(1) / sum, probabilities[0], 12);
        Assert.Equal(Math.Exp(3) / sum, probabilities[2], 12);
    }

    [Theory]
    [InlineData(1e4f)]
    [InlineData(-1e4f)]
    [InlineData(3e38f)]
    public void Compute_LargeEqualLogits_AreEquallyProbable(float logit) =>
        Assert.All(Compute(logit, logit, logit, logit), p => Assert.Equal(0.25, p, 12));

    [Fact]
    public void Compute_FarApart_IsZeroAndOneWithoutOverflow() => Assert.Equal([0.0, 1.0], Compute(-3e38f, 3e38f));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Compute_NotFinite_HasNoProbabilities(float value)
    {
        foreach (var place in Enumerable.Range(0, 20))
        {
            var logits = Enumerable.Repeat(1f, 20).ToArray();
            logits[place] = value;
            Assert.False(Softmax.TryCompute(logits, new double[20]));
        }
    }

    private static double[] Compute(params float[] logits)
    {
        var probabilities = new double[logits.Length];
        Assert.True(Softmax.TryCompute(logits, probabilities));
        return probabilities;
    }
}
