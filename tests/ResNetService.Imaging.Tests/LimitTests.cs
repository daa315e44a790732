using System.Buffers.Binary;

namespace ResNetService.Imaging.Tests;

public sealed class LimitTests
{
    private static readonly ImageLimits Limits = new() { MaxBytes = 100_000, MaxPixels = 10_000, MaxSide = 200, MaxFrames = 2 };

    private static ImageException Refusal(byte[] encoded, ImageLimits limits)
    {
        var decoder = new ImageDecoder(limits, new DecodeOptions());
        var refusal = Assert.Throws<ImageException>(() => decoder.ReadHeader(encoded));
        Assert.Equal(refusal.Message, Assert.Throws<ImageException>(() => decoder.Decode(encoded)).Message);
        Assert.Equal(refusal.Message, Assert.Throws<ImageException>(() =>
            new ImagePreprocessor(ModelFormat.PreprocessingSpec.Cifar, decoder).Preprocess(encoded, new byte[32 * 32 * 3], TestContext.Current.CancellationToken)).Message);
        return refusal;
    }

    /// <summary>A PNG whose header claims a size and that has no pixels: what is refused is refused by the header.</summary>
    private static byte[] PngClaiming(int width, int height)
    {
        var png = Assets.Read("rgb.png");
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32(png.AsSpan(12, 17)));
        return png;
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }

    [Fact]
    public void Decode_TooManyBytes_NamesSizeAndLimit()
    {
        var refusal = Refusal(new byte[100_001], Limits);

        Assert.Equal(ImageFault.TooManyBytes, refusal.Fault);
        Assert.Contains("100,001", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("limit is 100,000", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(201, 1, "its longer side has 201 pixels; the limit is 200")]
    [InlineData(1, 201, "its longer side has 201 pixels; the limit is 200")]
    [InlineData(101, 100, "it has 10,100 pixels; the limit is 10,000")]
    public void Decode_TooManyPixels_NamesSizeAndLimit(int width, int height, string message)
    {
        var refusal = Refusal(PngClaiming(width, height), Limits);

        Assert.Equal(ImageFault.TooManyPixels, refusal.Fault);
        Assert.Contains($"{width} x {height}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("animated.gif")]
    [InlineData("animated.webp")]
    [InlineData("pages.tif")]
    public void Decode_TooManyFrames_NamesTheLimit(string name)
    {
        var refusal = Refusal(Assets.Read(name), Limits);

        Assert.Equal(ImageFault.TooManyPixels, refusal.Fault);
        Assert.Contains("more than 2 frames", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_TooManyFramesInAnimatedPng_NamesTheLimit() =>
        Assert.Contains("more than 1 frames", Refusal(Assets.Read("animated.png"), Limits with { MaxFrames = 1 }).Message, StringComparison.Ordinal);

    [Fact]
    public void Decode_ExactlyAtEveryLimit_Succeeds()
    {
        var png = Assets.Read("animated.png");
        var limits = new ImageLimits { MaxBytes = png.Length, MaxPixels = 23 * 17, MaxSide = 23, MaxFrames = 2 };

        using var image = new ImageDecoder(limits, new DecodeOptions()).Decode(png);

        Assert.Equal(23, image.Width);
    }

    [Fact]
    public void Decode_BmpClaimingSixtyThousandPixelsASide_IsRefused()
    {
        var bmp = Assets.Read("rle-8.bmp");
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 60_000);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), 60_000);

        Assert.Equal(ImageFault.TooManyPixels, Refusal(bmp, new ImageLimits()).Fault);
    }
}
