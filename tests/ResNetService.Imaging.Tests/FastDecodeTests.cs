using ResNetService.Imaging.Decoding;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Tests;

/// <summary>Decoding at a part of the size: near the exact pixels where it applies, equal to them where it does not.</summary>
public sealed class FastDecodeTests
{
    public static TheoryData<JpegDecoder> Decoders => [JpegDecoder.Libvips, JpegDecoder.TurboJpeg];

    private static ImagePreprocessor Create(JpegDecoder decoder, bool fast, PreprocessingSpec? spec = null)
    {
        Assert.SkipUnless(decoder == JpegDecoder.Libvips || ImageDecoder.HasTurboJpeg, ImageDecoder.TurboJpegMissing);
        return new(spec ?? PreprocessingSpec.ImageNet, new ImageDecoder(new ImageLimits(), new DecodeOptions { JpegDecoder = decoder, FastDecode = fast }));
    }

    private static byte[] Run(ImagePreprocessor preprocessor, byte[] encoded)
    {
        var pixels = new byte[preprocessor.OutputLength];
        preprocessor.Preprocess(encoded, pixels, TestContext.Current.CancellationToken);
        return pixels;
    }

    private static double MeanDifference(byte[] one, byte[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Average();

    private static byte[] Jpeg(int width, int height)
    {
        using var pattern = TestPattern.Smooth(width, height);
        using var image = NetVips.Image.NewFromMemory(pattern.Pixels.ToArray(), width, height, 3, NetVips.Enums.BandFormat.Uchar);
        using var blurred = image.Gaussblur(4);
        return blurred.JpegsaveBuffer(q: 90);
    }

    /// <summary>The shorter side stays at least 1.5 * 256 = 384.</summary>
    [Theory]
    [InlineData(500, 375, 1)]
    [InlineData(2000, 767, 1)]
    [InlineData(768, 2000, 2)]
    [InlineData(1535, 1535, 2)]
    [InlineData(1536, 2000, 4)]
    [InlineData(4000, 3000, 4)]
    [InlineData(4000, 3072, 8)]
    [InlineData(16_384, 16_384, 8)]
    public void Divisor_LeavesHalfAgainAsMuchAsIsNeeded(int width, int height, int divisor) => Assert.Equal(divisor, FastDecode.Divisor(new(width, height), 256));

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Preprocess_LargeJpeg_IsNearTheExactPixels(JpegDecoder decoder)
    {
        foreach (var (width, height) in new[] { (1000, 801), (803, 1600), (1550, 1541), (3101, 3077) })
        {
            var encoded = Jpeg(width, height);
            var (exact, fast) = (Run(Create(decoder, fast: false), encoded), Run(Create(decoder, fast: true), encoded));

            Assert.NotEqual(exact, fast);
            Assert.InRange(MeanDifference(exact, fast), 0, 1.5);
        }
    }

    [Fact]
    public void Preprocess_LargeJpeg_IsTheSameByBothDecoders()
    {
        foreach (var (width, height) in new[] { (1000, 801), (803, 1600), (1550, 1541) })
        {
            var encoded = Jpeg(width, height);
            Assert.Equal(Run(Create(JpegDecoder.Libvips, fast: true), encoded), Run(Create(JpegDecoder.TurboJpeg, fast: true), encoded));
        }
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Preprocess_LyingJpeg_IsTurnedAsEver(JpegDecoder decoder)
    {
        var spec = new PreprocessingSpec { InputSize = 3, Resize = 3 };
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var encoded = Assets.Read($"orientation-{orientation}.jpg");
            var (exact, fast) = (Run(Create(decoder, fast: false, spec), encoded), Run(Create(decoder, fast: true, spec), encoded));

            Assert.NotEqual(exact, fast);
            Assert.InRange(MeanDifference(exact, fast), 0, 20); // another turn is more than 40 away
        }
    }

    [Theory]
    [InlineData("rgb-420.jpg")]
    [InlineData("rgb.png")]
    [InlineData("lossy.webp")]
    public void Preprocess_SmallOrNoJpeg_IsExact(string name)
    {
        var encoded = Assets.Read(name);
        Assert.Equal(Run(Create(JpegDecoder.Auto, fast: false), encoded), Run(Create(JpegDecoder.Auto, fast: true), encoded));
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Preprocess_LargeJpeg_ReportsItsOwnSize(JpegDecoder decoder)
    {
        var preprocessor = Create(decoder, fast: true);

        Assert.Equal(new ImageSize(1001, 801), preprocessor.Preprocess(Jpeg(1001, 801), new byte[preprocessor.OutputLength], TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Preprocess_TruncatedLargeJpeg_IsCorrupt(JpegDecoder decoder)
    {
        var encoded = Jpeg(1000, 801);

        Assert.Equal(ImageFault.Corrupt, Assert.Throws<ImageException>(() => Run(Create(decoder, fast: true), encoded[..^2000])).Fault);
    }

    [Fact]
    public void Decode_WholeImage_IsExact()
    {
        var encoded = Jpeg(1000, 801);
        using var exact = new ImageDecoder(new ImageLimits(), new DecodeOptions()).Decode(encoded);
        using var fast = new ImageDecoder(new ImageLimits(), new DecodeOptions { FastDecode = true }).Decode(encoded);

        Assert.True(exact.Pixels.SequenceEqual(fast.Pixels));
    }
}
