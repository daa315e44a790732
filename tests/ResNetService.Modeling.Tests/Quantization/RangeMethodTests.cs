using ResNetService.Modeling.Quantization;

namespace ResNetService.Modeling.Tests.Quantization;

public sealed class RangeMethodTests
{
    /// <summary>100,000 values, evenly from 0 to 1, and one far off.</summary>
    private static ValueHistogram Outlier(float outlier)
    {
        var histogram = new ValueHistogram();
        histogram.Add([.. Enumerable.Range(1, 99_999).Select(i => i / 99_999f), outlier]);
        return histogram;
    }

    [Theory]
    [InlineData("min-max", 20, 20)]
    [InlineData("percentile-99.99", 0.98, 1.02)]
    [InlineData("percentile-99.9", 0.98, 1.01)]
    [InlineData("entropy", 0.9, 2.5)]
    public void Choose_OneValueFarOff_IsClippedByAllButMinMax(string name, double least, double most)
    {
        var range = RangeMethod.All.Single(method => method.Name == name).Choose(Outlier(20));

        Assert.Equal(0, range.Low);
        Assert.InRange(range.High, least, most);
        Assert.Equal(0, range.Parameters.ZeroPoint);
    }

    [Fact]
    public void Choose_MeanMinMax_AveragesOverImages()
    {
        var histogram = new ValueHistogram();
        histogram.Add([-1, 2]);
        histogram.Add([-3, 4]);

        Assert.Equal(new ActivationRange(-2, 3), RangeMethod.All.Single(method => method.Name == "mean-min-max").Choose(histogram));
    }

    [Fact]
    public void Parameters_OfBothSigns_RepresentZeroExactly()
    {
        var (scale, zeroPoint) = new ActivationRange(-1, 3).Parameters;

        Assert.Equal(4f / 255, scale);
        Assert.Equal(64, zeroPoint);
    }
}
