using System.Globalization;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Tests;

public sealed class PreprocessTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    private static byte[] Run(RgbImage image, PreprocessingSpec spec)
    {
        var preprocessor = new ImagePreprocessor(spec, Decoder);
        // Whatever lay there before must not show, in the padding least of all.
        var pixels = Enumerable.Repeat<byte>(0xA5, preprocessor.OutputLength).ToArray();
        preprocessor.Preprocess(image, pixels);
        return pixels;
    }

    [Theory]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Bicubic)]
    public void Preprocess_AnySizeAndCrop_EqualsPillow(Interpolation interpolation)
    {
        var checkedCases = 0;
        foreach (var expected in Assets.Resizes.Where(r => r[4].GetString() == interpolation.ToString()))
        {
            using var image = TestPattern.Sharp(expected[0].GetInt32(), expected[1].GetInt32());
            var spec = new PreprocessingSpec { Resize = expected[2].GetInt32(), InputSize = expected[3].GetInt32(), Interpolation = interpolation };

            Assert.True(expected[5].GetString() == Assets.Sha256(Run(image, spec)), expected.ToString());
            checkedCases++;
        }

        Assert.Equal(120, checkedCases);
    }

    [Fact]
    public void Preprocess_BgrModel_SwapsRedAndBlue()
    {
        using var image = TestPattern.Sharp(61, 47);
        var spec = new PreprocessingSpec { InputSize = 20, Resize = 24 };

        var rgb = Run(image, spec);
        var bgr = Run(image, spec with { ColorOrder = ColorOrder.Bgr });

        Assert.Equal(rgb, bgr.Chunk(3).SelectMany(pixel => pixel.Reverse()));
        Assert.NotEqual(rgb, bgr);
    }

    [Fact]
    public void Preprocess_EncodedImage_ReturnsItsSizeAfterOrientation()
    {
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.Cifar, Decoder);

        var size = preprocessor.Preprocess(Assets.Read("orientation-6.jpg"), new byte[preprocessor.OutputLength], TestContext.Current.CancellationToken);

        Assert.Equal(new ImageSize(11, 19), size);
    }

    [Fact]
    public void Preprocess_LongerDestination_LeavesItsEndAlone()
    {
        using var image = TestPattern.Sharp(40, 30);
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.Cifar, Decoder);
        var slots = Enumerable.Repeat<byte>(7, preprocessor.OutputLength + 100).ToArray();

        preprocessor.Preprocess(image, slots);

        Assert.All(slots[preprocessor.OutputLength..], b => Assert.Equal(7, b));
    }

    [Fact]
    public void Preprocess_DestinationTooShort_IsTheCallersFault()
    {
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.Cifar, Decoder);

        Assert.ThrowsAny<ArgumentException>(() =>
            preprocessor.Preprocess(Assets.Read("rgb.png"), new byte[preprocessor.OutputLength - 1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Preprocess_CallerGone_StopsDecoding()
    {
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.Cifar, Decoder);

        Assert.Throws<OperationCanceledException>(() =>
            preprocessor.Preprocess(Assets.Read("rgb.png"), new byte[preprocessor.OutputLength], new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, 0)]
    [InlineData(PreprocessingSpec.MaxInputSize + 1, 10)]
    public void Construct_SpecOutOfRange_Throws(int inputSize, int resize) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImagePreprocessor(new PreprocessingSpec { InputSize = inputSize, Resize = resize }, Decoder));

    /// <summary>Images whose shape or scale no photograph has, each with what Pillow would need memory for and we do not.</summary>
    [Theory]
    [InlineData(1, 16_384, 256, 224)]
    [InlineData(16_384, 1, 256, 224)]
    [InlineData(9000, 2, 1, 1)]
    [InlineData(3, 3, 5000, 4096)]
    public void Preprocess_ExtremeShapes_FillTheSquare(int width, int height, int resize, int crop)
    {
        using var image = new RgbImage(width, height);
        image.Pixels.Fill(200);

        var pixels = Run(image, new PreprocessingSpec { InputSize = crop, Resize = resize, Interpolation = Interpolation.Bicubic });

        Assert.True(pixels.All(p => p == 200), string.Create(CultureInfo.InvariantCulture, $"{width} x {height}"));
    }
}
