using ResNetService.ModelFormat;
using ResNetService.Modeling.Evaluation;

namespace ResNetService.Modeling.Tests.Evaluation;

public sealed class ViewPlanTests
{
    /// <summary>
    /// torchvision's <c>five_crop</c>: (0, 0), (w - 224, 0), (0, h - 224), (w - 224, h - 224) and the centre at round((w - 224) / 2),
    /// round((h - 224) / 2), half to even.
    /// </summary>
    [Theory]
    [InlineData(500, 375, 117, 32, 58, 16)] // 341 x 256: 58.5 becomes 58
    [InlineData(375, 500, 32, 117, 16, 58)]
    [InlineData(500, 374, 118, 32, 59, 16)] // 342 x 256
    [InlineData(300, 219, 126, 32, 63, 16)] // 350 x 256
    [InlineData(301, 219, 127, 32, 64, 16)] // 351 x 256: 63.5 becomes 64
    public void FiveCrop_Photograph_IsTorchvisions(int width, int height, int right, int bottom, int centreX, int centreY) => Assert.Equal(
        [
            new View(256, new(0, 0, 224, 224)),
            new View(256, new(right, 0, 224, 224)),
            new View(256, new(0, bottom, 224, 224)),
            new View(256, new(right, bottom, 224, 224)),
            new View(256, new(centreX, centreY, 224, 224)),
        ],
        ViewPlan.FiveCrop(new(width, height), PreprocessingSpec.ImageNet));

    [Fact]
    public void FiveCrop_NoBorder_CountsCoincidingCropsWithoutComputingThemAgain()
    {
        Assert.Equal([new View(32, new(0, 0, 32, 32), Weight: 5)], ViewPlan.FiveCrop(new(32, 32), PreprocessingSpec.Cifar));
        Assert.Equal(
            [new View(32, new(0, 0, 32, 32), Weight: 2), new View(32, new(32, 0, 32, 32), Weight: 2), new View(32, new(16, 0, 32, 32))],
            ViewPlan.FiveCrop(new(128, 64), PreprocessingSpec.Cifar));
    }

    [Fact]
    public void MultiScale_Photograph_IsWholeButForLessThanAStep()
    {
        // 298 x 224, 341 x 256, 512 x 384, 640 x 480, 853 x 640
        Assert.Equal(
            [
                new View(224, new(5, 0, 288, 224)),
                new View(256, new(10, 0, 320, 256)), // 10.5 becomes 10
                new View(384, new(0, 0, 512, 384)),
                new View(480, new(0, 0, 640, 480)),
                new View(640, new(10, 0, 832, 640)), // 10.5 becomes 10
            ],
            ViewPlan.MultiScale(new(500, 375), ViewPlan.Scales));
    }

    [Fact]
    public void MultiScale_ImageThatIsVeryLong_IsBounded() =>
        Assert.Equal([new View(640, new(0, (10_485_760 - 4096) / 2, 640, 4096))], ViewPlan.MultiScale(new(1, 16_384), [640]));
}
