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

    /// <summary>One pixel: a grey of 200 and further samples of 50.</summary>
    private static byte[] GrayPixel(params ushort[] extraSamples)
    {
        var samples = (ushort)(1 + extraSamples.Length);
        ushort[] bits = [.. Enumerable.Repeat((ushort)8, samples)];
        byte[] pixel = [200, .. Enumerable.Repeat((byte)50, extraSamples.Length)];
        (ushort Tag, ushort[] Values)[] fields =
        [
            (256, [1]), (257, [1]), (258, bits), (PhotometricInterpretation, [1]), (273, [0]), (277, [samples]), (278, [1]), (279, [samples]), (ExtraSamples, extraSamples),
        ];
        var end = 8 + 2 + (fields.Length * 12) + 4;
        fields[4].Values[0] = (ushort)(end + (2 * samples * sizeof(ushort)));
        var (directory, values) = (new List<byte>(), new List<byte>());
        foreach (var (tag, shorts) in fields)
        {
            byte[] bytes = [.. shorts.SelectMany(BitConverter.GetBytes)];
            directory.AddRange([.. BitConverter.GetBytes(tag), 3, 0, .. BitConverter.GetBytes(shorts.Length)]);
            // What does not fit into four bytes lies behind the directory.
            directory.AddRange(bytes.Length > 4 ? BitConverter.GetBytes(end + values.Count) : [.. bytes, .. new byte[4 - bytes.Length]]);
            if (bytes.Length > 4)
                values.AddRange(bytes);
        }

        values.AddRange(new byte[(2 * samples * sizeof(ushort)) - values.Count]);
        return [.. "II"u8, 42, 0, 8, 0, 0, 0, (byte)fields.Length, 0, .. directory, 0, 0, 0, 0, .. values, .. pixel];
    }

    [Theory]
    [InlineData(200, new ushort[] { 0 })]
    [InlineData(200, new ushort[] { 0, 0 })]
    [InlineData(200, new ushort[] { 0, 0, 0 })]
    [InlineData(244, new ushort[] { 2 })] // 200 * 50/255 on white
    [InlineData(244, new ushort[] { 2, 0 })]
    [InlineData(244, new ushort[] { 2, 0, 0 })]
    public void Decode_GrayWithExtraSamples_StaysGray(byte expected, ushort[] extraSamples)
    {
        using var image = Decoder.Decode(GrayPixel(extraSamples));

        Assert.Equal([expected, expected, expected], image.Pixels);
    }

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
