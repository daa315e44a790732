using ResNetService.Modeling.Quantization;

namespace ResNetService.Modeling.Tests.Quantization;

public sealed class ValueHistogramTests
{
    [Fact]
    public void Add_ImagesOfGrowingValues_CountsAllWhereTheyAre()
    {
        var histogram = new ValueHistogram();
        histogram.Add([0.25f, -0.5f, 0, 0]);
        histogram.Add([3, -97]);

        Assert.Equal(2, histogram.Zeros);
        Assert.Equal((-97, 3), (histogram.Low, histogram.High));
        Assert.Equal((-48.75, 1.625), (histogram.MeanLow, histogram.MeanHigh));
        var magnitudes = histogram.Magnitudes();
        Assert.Equal(4, magnitudes.Sum());
        Assert.All([0.25, 0.5, 3, 97], value => Assert.Equal(1, magnitudes[..(int)((value / histogram.Width) + 1)][^2..].Sum()));
    }

    /// <summary>Wherever the bins begin, a value lies in the one that holds it.</summary>
    [Fact]
    public void Add_AfterWidening_KeepsEachValueInItsBin()
    {
        var random = new Random(1);
        float[][] images = [.. Enumerable.Range(0, 6).Select(scale => Enumerable.Range(0, 500).Select(_ => (random.NextSingle() - 0.5f) * MathF.Pow(3, scale)).ToArray())];
        var histogram = new ValueHistogram();
        foreach (var image in images)
            histogram.Add(image);

        var magnitudes = histogram.Magnitudes();
        var seen = 0L;
        for (var bin = 0; bin < magnitudes.Length; bin++)
        {
            seen += magnitudes[bin];
            Assert.Equal(images.SelectMany(i => i).Count(value => Math.Abs((double)value) < (bin + 1) * histogram.Width), seen, 2.0);
        }
    }

    [Fact]
    public void Add_NoNumber_IsNotFinite()
    {
        var histogram = new ValueHistogram();
        histogram.Add([1, float.NaN, 2]);

        Assert.False(histogram.IsFinite);
    }

    [Fact]
    public void Range_OfNothingButZeros_StillHasAScale()
    {
        var histogram = new ValueHistogram();
        histogram.Add([0, 0]);

        Assert.All(RangeMethod.All, method => Assert.Equal((1f, (byte)0), method.Choose(histogram).Parameters));
    }
}
