using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Training;

public sealed class AugmentationTests
{
    [Fact]
    public void Draw_ManyImages_TakesEveryCropAndSideAboutEquallyOften()
    {
        const int Images = 162 * 200;
        var counts = Enumerable.Range(0, Images).Select(image => Augmentation.Draw(AugmentationKind.Shift, 32, seed: 1, epoch: 0, image)).CountBy(a => a).ToDictionary();

        Assert.Equal(9 * 9 * 2, counts.Count);
        Assert.All(counts.Keys, a => Assert.True(a is { Left: >= -4 and <= 4, Top: >= -4 and <= 4 }));
        Assert.All(counts.Values, count => Assert.InRange(count, 120, 280)); // 200 and nearly six standard deviations
    }

    [Fact]
    public void Draw_Scale_TakesTheWholeRangeOfSizesAndPlacesAndColours()
    {
        var drawn = Enumerable.Range(0, 5000).Select(image => Augmentation.Draw(AugmentationKind.Scale, 256, seed: 1, epoch: 0, image)).ToArray();

        Assert.Equal(Enumerable.Range(256, 225), drawn.Select(a => a.Crop!.Value.ShorterSide).Distinct().Order()); // the paper's [256, 480]
        Assert.All(drawn, a => Assert.True(a is { Crop: { X: >= 0 and < 1, Y: >= 0 and < 1 }, Left: 0, Top: 0 }));
        Assert.Equal(0.5, drawn.Average(a => a.Crop!.Value.X), 0.02);
        Assert.Equal(0.5, drawn.Average(a => a.Mirrored ? 1 : 0), 0.03);

        // Mostly brightness: the first component is nearly grey. Its deviation is 0.1 x 0.2175, about 0.58 of which goes to each colour.
        Assert.Equal(0.1 * 0.2175 * 0.58, Math.Sqrt(drawn.Average(a => a.Color.Green * a.Color.Green)), 0.0005);
        Assert.Equal(0, drawn.Average(a => a.Color.Red), 0.001);
    }

    [Fact]
    public void Draw_None_IsTheImageItself() => Assert.Equal(Augmentation.None, Augmentation.Draw(AugmentationKind.None, 256, 1, 2, 3));

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

    private static Augmentation[] Draws(int seed, int epoch) => [.. Enumerable.Range(0, 1000).Select(image => Augmentation.Draw(AugmentationKind.Shift, 32, seed, epoch, image))];
}
