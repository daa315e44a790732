using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Tests;

public sealed class CropPlacementTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    [Theory]
    [InlineData(30, 0, 0, 0, 0)]
    [InlineData(30, 0.999, 0.999, 10, 10)] // 30 - 20 = 10 is the last place
    [InlineData(30, 0.5, 0.1, 5, 1)]
    [InlineData(20, 0.9, 0.9, 0, 0)] // nothing to choose
    public void Preprocess_Placed_CutsTheSquareOutOfTheResizedImage(int shorterSide, double x, double y, int left, int top)
    {
        const int Size = 20;
        var whole = new ImagePreprocessor(new PreprocessingSpec { InputSize = shorterSide, Resize = shorterSide }, Decoder);
        var placed = new ImagePreprocessor(new PreprocessingSpec { InputSize = Size, Resize = 7 }, Decoder);
        var encoded = SharpPng(61, 61);
        var (all, part) = (new byte[whole.OutputLength], new byte[placed.OutputLength]);

        whole.Preprocess(encoded, all, TestContext.Current.CancellationToken);
        placed.Preprocess(encoded, new CropPlacement(shorterSide, x, y), part, TestContext.Current.CancellationToken);

        for (var row = 0; row < Size; row++)
        {
            var expected = all.AsSpan((((top + row) * shorterSide) + left) * 3, Size * 3);
            Assert.True(expected.SequenceEqual(part.AsSpan(row * Size * 3, Size * 3)), $"row {row}");
        }
    }

    [Fact]
    public void Preprocess_NoPlacement_IsThatOfEvaluation()
    {
        var preprocessor = new ImagePreprocessor(new PreprocessingSpec { InputSize = 20, Resize = 31 }, Decoder);
        var encoded = SharpPng(80, 61);
        var (usual, unplaced) = (new byte[preprocessor.OutputLength], new byte[preprocessor.OutputLength]);
        preprocessor.Preprocess(encoded, usual, TestContext.Current.CancellationToken);
        preprocessor.Preprocess(encoded, placement: null, unplaced, TestContext.Current.CancellationToken);
        Assert.Equal(usual, unplaced);
    }

    [Fact]
    public void Preprocess_PlacedImageSmallerThanTheSquare_IsPadded()
    {
        var preprocessor = new ImagePreprocessor(new PreprocessingSpec { InputSize = 20, Resize = 20 }, Decoder);
        var pixels = new byte[preprocessor.OutputLength];
        preprocessor.Preprocess(SharpPng(61, 61), new CropPlacement(10, 0.5, 0.5), pixels, TestContext.Current.CancellationToken);
        Assert.All(pixels[..(20 * 3 * 5)], pixel => Assert.Equal(0, pixel));
        Assert.Contains(pixels[(20 * 3 * 5)..(20 * 3 * 15)], pixel => pixel != 0);
    }

    private static byte[] SharpPng(int width, int height)
    {
        using var pattern = TestPattern.Sharp(width, height);
        using var image = NetVips.Image.NewFromMemory(pattern.Pixels.ToArray(), width, height, 3, NetVips.Enums.BandFormat.Uchar);
        return image.PngsaveBuffer();
    }
}
