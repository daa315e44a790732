using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Training;

public sealed class AugmentationTests
{
    [Fact]
    public void Draw_ManyImages_TakesEveryCropAndSideAboutEquallyOften()
    {
        const int Images = 162 * 200;
        var counts = Enumerable.Range(0, Images).Select(image => Augmentation.Draw(seed: 1, epoch: 0, image)).CountBy(a => a).ToDictionary();

        Assert.Equal(9 * 9 * 2, counts.Count);
        Assert.All(counts.Keys, a => Assert.True(a is { Left: >= -4 and <= 4, Top: >= -4 and <= 4 }));
        Assert.All(counts.Values, count => Assert.InRange(count, 120, 280)); // 200 and nearly six standard deviations
    }

    [Fact]
    public void Draw_SameSeedEpochAndImage_IsTheSame()
    {
        Assert.Equal(Draws(seed: 3, epoch: 5), Draws(seed: 3, epoch: 5));
    }

    [Theory]
    [InlineData(4, 5)]
    [InlineData(3, 6)]
    public void Draw_OtherSeedOrEpoch_IsUnrelated(int seed, int epoch)
    {
        var same = Draws(seed: 3, epoch: 5).Zip(Draws(seed, epoch)).Count(pair => pair.First == pair.Second);
        Assert.InRange(same, 0, 30); // of 1000; 6 by chance
    }

    private static Augmentation[] Draws(int seed, int epoch) => [.. Enumerable.Range(0, 1000).Select(image => Augmentation.Draw(seed, epoch, image))];
}
