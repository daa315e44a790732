using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Tests;

/// <summary>Parts of resized images. The reference is the centre crop, which is held against Pillow itself.</summary>
public sealed class WindowTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    public static TheoryData<int, int, int> Sizes => new()
    {
        { 61, 47, 24 },
        { 47, 61, 24 },
        { 30, 30, 33 },
        { 100, 9, 11 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Preprocess_WindowOfTheWholeImage_IsWhatACentreCropPads(int width, int height, int resize)
    {
        using var image = TestPattern.Sharp(width, height);
        var size = ImagePreprocessor.ResizedSize(new(width, height), resize);
        var square = Math.Max(size.Width, size.Height);
        foreach (var interpolation in Enum.GetValues<Interpolation>())
        {
            var padded = new ImagePreprocessor(new PreprocessingSpec { InputSize = square, Resize = resize, Interpolation = interpolation }, Decoder);
            var expected = new byte[padded.OutputLength];
            padded.Preprocess(image, expected);

            var (left, top) = ((square - size.Width) / 2, (square - size.Height) / 2);
            Assert.Equal(Cut(expected, square, new(left, top, size.Width, size.Height)), Window(padded, image, resize, new(0, 0, size.Width, size.Height)));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Preprocess_AnyWindow_IsThatPartOfTheWhole(int width, int height, int resize)
    {
        using var image = TestPattern.Sharp(width, height);
        var size = ImagePreprocessor.ResizedSize(new(width, height), resize);
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.Cifar, Decoder);
        var whole = Window(preprocessor, image, resize, new(0, 0, size.Width, size.Height));

        Assert.All(
            [new CropWindow(0, 0, 7, 5), new(size.Width - 7, 0, 7, 5), new(0, size.Height - 5, 7, 5), new(size.Width - 7, size.Height - 5, 7, 5), new(3, 2, 1, 1)],
            window => Assert.Equal(Cut(whole, size.Width, window), Window(preprocessor, image, resize, window)));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Center_OfTheResizedImage_IsTheCrop(int width, int height, int resize)
    {
        using var image = TestPattern.Sharp(width, height);
        var preprocessor = new ImagePreprocessor(new PreprocessingSpec { InputSize = 8, Resize = resize }, Decoder);
        var expected = new byte[preprocessor.OutputLength];
        preprocessor.Preprocess(image, expected);

        Assert.Equal(expected, Window(preprocessor, image, resize, CropWindow.Center(ImagePreprocessor.ResizedSize(new(width, height), resize), 8, 8)));
    }

    [Fact]
    public void Preprocess_WindowForABgrModel_SwapsRedAndBlue()
    {
        using var image = TestPattern.Sharp(61, 47);
        var window = new CropWindow(3, 2, 11, 7);

        var rgb = Window(new(PreprocessingSpec.Cifar, Decoder), image, 24, window);
        var bgr = Window(new(PreprocessingSpec.Cifar with { ColorOrder = ColorOrder.Bgr }, Decoder), image, 24, window);

        Assert.Equal(rgb, bgr.Chunk(3).SelectMany(pixel => pixel.Reverse()));
        Assert.NotEqual(rgb, bgr);
    }

    [Theory]
    [InlineData(-1, 0, 4, 4)]
    [InlineData(0, -1, 4, 4)]
    [InlineData(0, 0, 0, 4)]
    [InlineData(0, 0, 4, 0)]
    [InlineData(28, 0, 4, 4)]
    [InlineData(0, 21, 4, 4)]
    [InlineData(int.MaxValue, 0, 4, 4)]
    public void Preprocess_WindowBeyondTheImage_IsTheCallersFault(int left, int top, int width, int height)
    {
        using var image = TestPattern.Sharp(61, 47); // 31 x 24 resized

        Assert.Throws<ArgumentOutOfRangeException>(() => Window(new(PreprocessingSpec.Cifar, Decoder), image, 24, new(left, top, width, height)));
    }

    /// <summary>int(256 * 500 / 375) = 341, and so on, as Python computes them.</summary>
    [Theory]
    [InlineData(500, 375, 256, 341, 256)]
    [InlineData(375, 500, 256, 256, 341)]
    [InlineData(500, 333, 256, 384, 256)]
    [InlineData(32, 32, 32, 32, 32)]
    [InlineData(16_384, 1, 256, 4_194_304, 256)]
    public void ResizedSize_IsTorchvisions(int width, int height, int resize, int resizedWidth, int resizedHeight) =>
        Assert.Equal(new(resizedWidth, resizedHeight), ImagePreprocessor.ResizedSize(new(width, height), resize));

    [Fact]
    public void ResizedSize_BeyondAnInteger_Throws()
    {
        Assert.Throws<OverflowException>(() => ImagePreprocessor.ResizedSize(new(1_000_000, 1), 16_384));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImagePreprocessor.ResizedSize(new(10, 10), 0));
    }

    private static byte[] Window(ImagePreprocessor preprocessor, RgbImage image, int resize, CropWindow window)
    {
        var pixels = new byte[Math.Max(0, window.Width) * Math.Max(0, window.Height) * 3];
        preprocessor.Preprocess(image, resize, window, pixels);
        return pixels;
    }

    private static byte[] Cut(byte[] pixels, int width, CropWindow window) =>
        [.. Enumerable.Range(window.Top, window.Height).SelectMany(y => pixels.AsSpan(((y * width) + window.Left) * 3, window.Width * 3).ToArray())];
}
