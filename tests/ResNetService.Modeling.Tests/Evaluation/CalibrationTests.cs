using ResNetService.Modeling.Evaluation;

namespace ResNetService.Modeling.Tests.Evaluation;

public sealed class CalibrationTests
{
    /// <summary>
    /// Bin (0.8, 0.8667]: 0.81 right, 0.85 wrong: accuracy 0.5, confidence 0.83, gap 0.33. Bin (0.3333, 0.4]: 0.35 right: gap 0.65.
    /// Bin (0.9333, 1]: 1 right: gap 0. (2 * 0.33 + 1 * 0.65 + 1 * 0) / 4 = 0.3275.
    /// </summary>
    [Fact]
    public void ExpectedError_FourImages_IsTheWeightedMeanOfTheGaps()
    {
        var calibration = new Calibration();
        calibration.Add(0.81, correct: true);
        calibration.Add(0.85, correct: false);
        calibration.Add(0.35, correct: true);
        calibration.Add(1, correct: true);

        Assert.Equal(0.3275, calibration.ExpectedError, 12);
        var bin = calibration.Bins[12];
        Assert.Equal((2, 0.5), (bin.Images, bin.Accuracy));
        Assert.Equal(0.83, bin.Confidence!.Value, 12);
    }

    /// <summary>Gaps of opposite sign in two bins must not cancel; in one bin they do.</summary>
    [Fact]
    public void ExpectedError_GapsOfOppositeSign_CancelWithinABinOnly()
    {
        var (within, across) = (new Calibration(), new Calibration());
        within.Add(0.5, correct: true);
        within.Add(0.5, correct: false);
        across.Add(0.45, correct: true);
        across.Add(0.55, correct: false);

        Assert.Equal(0, within.ExpectedError, 12);
        Assert.Equal(0.55, across.ExpectedError, 12);
    }

    [Theory]
    [InlineData(1.0 / 15, 0)]
    [InlineData(0.0667, 1)]
    [InlineData(3.0 / 15, 2)]
    [InlineData(14.0 / 15, 13)]
    [InlineData(0.9334, 14)]
    [InlineData(1, 14)]
    [InlineData(1.0000000000000002, 14)]
    [InlineData(1e-9, 0)]
    public void Add_ConfidenceAtAnEdge_BelongsToTheBinBelow(double confidence, int bin)
    {
        var calibration = new Calibration();

        calibration.Add(confidence, correct: true);

        Assert.Equal(bin, calibration.Bins.Index().Single(b => b.Item.Images == 1).Index);
    }

    [Fact]
    public void Bins_WithoutImages_HaveNoAccuracy()
    {
        var calibration = new Calibration();

        Assert.Equal(15, calibration.Bins.Count);
        Assert.All(calibration.Bins, bin => Assert.Equal((0, null, null), (bin.Images, bin.Accuracy, bin.Confidence)));
        Assert.Equal((0, 1), (calibration.Bins[0].Lower, calibration.Bins[^1].Upper));
        Assert.Equal(0, calibration.ExpectedError);
    }
}
