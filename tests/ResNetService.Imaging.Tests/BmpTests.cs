using System.Buffers.Binary;

namespace ResNetService.Imaging.Tests;

public sealed class BmpTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    private static byte[] Patch(string name, int offset, int value)
    {
        var bmp = Assets.Read(name);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(offset), value);
        return bmp;
    }

    /// <summary>A 24-bit file's 3 x 2 pixels in RLE8 or raw, with a palette of black, red, green and blue.</summary>
    private static byte[] Indexed(int compression, params byte[] pixels)
    {
        var bmp = new byte[14 + 40 + 16];
        "BM"u8.CopyTo(bmp);
        bmp[10] = (byte)bmp.Length;
        (bmp[14], bmp[18], bmp[22], bmp[26], bmp[28], bmp[30], bmp[46]) = (40, 3, 2, 1, 8, (byte)compression, 4);
        (bmp[60], bmp[63], bmp[66]) = (255, 255, 255);
        return [.. bmp, .. pixels];
    }

    private static string Letters(byte[] bmp)
    {
        using var image = Decoder.Decode(bmp);
        var letters = "";
        for (var i = 0; i < image.Pixels.Length; i += 3)
            letters += image.Pixels.Slice(i, 3) switch { [255, 0, 0] => 'R', [0, 255, 0] => 'G', [0, 0, 255] => 'B', _ => '.' };
        return letters;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(54)] // the palette forgotten
    public void Decode_PixelOffsetBeforeThePixels_IsCorrected(int offset)
    {
        using var image = Decoder.Decode(Patch("palette-8.bmp", 10, offset));

        Assert.Equal(Assets.Expected["palette-8.bmp"].Sha256, Assets.Sha256(image.Pixels));
    }

    [Theory]
    [InlineData(10, 1_000_000, ImageFault.Corrupt, "begin at byte 1000000")]
    [InlineData(14, 41, ImageFault.Corrupt, "header claims 41 bytes")]
    [InlineData(18, -23, ImageFault.Corrupt, "-23 x 17")]
    [InlineData(18, 2300, ImageFault.Corrupt, "too few")]
    [InlineData(22, 0, ImageFault.Corrupt, "23 x 0")]
    [InlineData(22, int.MinValue, ImageFault.Corrupt, "23 x 0")]
    [InlineData(28, 7, ImageFault.Corrupt, "7 bits")]
    [InlineData(30, 4, ImageFault.UnsupportedFormat, "compression 4")]
    [InlineData(30, 1, ImageFault.Corrupt, "24 bits a pixel with compression RunLength8")]
    public void Decode_HeaderThatContradictsItself_NamesTheField(int offset, int value, ImageFault fault, string message)
    {
        var refusal = Assert.Throws<ImageException>(() => Decoder.Decode(Patch("rgb-24.bmp", offset, value)));

        Assert.Equal(fault, refusal.Fault);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_MasksWithHoles_AreRefused()
    {
        var refusal = Assert.Throws<ImageException>(() => Decoder.Decode(Patch("rgb-565.bmp", 54, 0xF001)));

        Assert.Contains("0000F001", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_IndexOutsideThePalette_IsBlack() =>
        Assert.Equal("B.RRGB", Letters(Indexed(0, 1, 2, 3, 0, 3, 200, 1, 0)));

    [Theory]
    [InlineData("RRRGGG", new byte[] { 3, 2, 0, 0, 3, 1, 0, 0, 0, 1 })]
    [InlineData("RRRGGG", new byte[] { 3, 2, 0, 0, 3, 1 })] // ends with the last pixel
    [InlineData("..BRG.", new byte[] { 1, 1, 1, 2, 0, 2, 0, 1, 1, 3, 0, 1 })] // a delta of one row
    [InlineData("RG....", new byte[] { 0, 2, 0, 1, 1, 1, 1, 2, 0, 1 })] // a delta before the first pixel
    [InlineData("BRGRGB", new byte[] { 0, 3, 1, 2, 3, 0, 0, 0, 0, 3, 3, 1, 2, 0, 0, 1 })] // literals, padded
    [InlineData("...R..", new byte[] { 1, 1, 0, 1 })] // the end comes early
    [InlineData("...RRR", new byte[] { 250, 1, 0, 1 })] // a run that leaves the row
    public void Decode_RunLengths_RepeatAndSkip(string expected, byte[] stream)
    {
        // Red, green and blue are 1, 2 and 3. The file's first row is the lowest, so it comes last here.
        Assert.Equal(expected, Letters(Indexed(1, stream)));
    }

    [Theory]
    [InlineData(new byte[] { 3, 1, 0, 0, 2, 1 })]
    [InlineData(new byte[] { 3, 1, 0, 0, 0, 3, 1 })]
    [InlineData(new byte[] { 0, 2, 1 })]
    [InlineData(new byte[] { 3 })]
    public void Decode_RunLengthsThatEndEarly_AreCorrupt(byte[] stream) =>
        Assert.Equal(ImageFault.Corrupt, Assert.Throws<ImageException>(() => Letters(Indexed(1, stream))).Fault);
}
