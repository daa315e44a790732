using System.Buffers.Binary;

namespace ResNetService.Imaging.Tests;

/// <summary>What libvips does not say of a TIFF and is therefore read from its directory.</summary>
public sealed class TiffTests
{
    private const ushort PhotometricInterpretation = 262;
    private const ushort PlanarConfiguration = 284;
    private const ushort ExtraSamples = 338;
    private const ushort YCbCrSubSampling = 530;

    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    /// <summary>Gives a field of a little-endian file with short values another tag and other values.</summary>
    private static byte[] Patch(byte[] tiff, ushort tag, ushort newTag, params ushort[] values)
    {
        // Tag, type 3 (short), count, values.
        byte[] head = [(byte)tag, (byte)(tag >> 8), 3, 0];
        var entry = tiff.AsSpan(tiff.AsSpan().IndexOf(head), 12);
        BinaryPrimitives.WriteUInt16LittleEndian(entry, newTag);
        BinaryPrimitives.WriteInt32LittleEndian(entry[4..], values.Length);
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(entry[(8 + (i * 2))..], values[i]);
        return tiff;
    }

    private static string Sha256(byte[] tiff)
    {
        using var image = Decoder.Decode(tiff);
        return Assets.Sha256(image.Pixels);
    }

    [Theory]
    [InlineData("rgba.tif", 0, "rgb.tif")]
    [InlineData("rgba.tif", 2, "rgba.tif")]
    [InlineData("gray-alpha.tif", 0, "gray.tif")]
    [InlineData("gray-alpha.tif", 2, "gray-alpha.tif")]
    public void Decode_ExtraSample_IsAlphaUnlessUnspecified(string name, ushort kind, string expected) =>
        Assert.Equal(Assets.Expected[expected].Sha256, Sha256(Patch(Assets.Read(name), ExtraSamples, ExtraSamples, kind)));

    [Fact]
    public void Decode_YCbCrWithAllItsChroma_IsRefused()
    {
        var tiff = Patch(Assets.Read("rgb.tif"), PhotometricInterpretation, PhotometricInterpretation, 6);
        tiff = Patch(tiff, PlanarConfiguration, YCbCrSubSampling, 1, 1);

        var refusal = Assert.Throws<ImageException>(() => Decoder.Decode(tiff));

        Assert.Equal(ImageFault.UnsupportedFormat, refusal.Fault);
        Assert.Contains("YCbCr", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rgb-lzw.tif")]
    [InlineData("rgb-deflate.tif")]
    public void ReadHeader_YCbCrWithAllItsChroma_IsRefusedHoweverPacked(string name)
    {
        var tiff = Patch(Assets.Read(name), PhotometricInterpretation, PhotometricInterpretation, 6);
        tiff = Patch(tiff, PlanarConfiguration, YCbCrSubSampling, 1, 1);

        Assert.Equal(ImageFault.UnsupportedFormat, Assert.Throws<ImageException>(() => Decoder.ReadHeader(tiff)).Fault);
    }
}
