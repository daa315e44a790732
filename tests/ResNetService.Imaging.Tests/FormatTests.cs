using System.Text;
using NetVips;

namespace ResNetService.Imaging.Tests;

public sealed class FormatTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("%PDF-1.7\n%\u00e2\u00e3")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><rect width='5' height='5'/></svg>")]
    [InlineData("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("P6\n2 2\n255\n............")]
    [InlineData("#?RADIANCE\n")]
    [InlineData("SIMPLE  =                    T")]
    [InlineData("MATLAB 5.0 MAT-file")]
    [InlineData("1,2,3\n4,5,6\n")]
    [InlineData("\u0008\u00f2\u00a6\u00b6")]
    [InlineData("\0\0\u0001\0\u0001\0\u0010\u0010")]
    [InlineData("....ftypmp42....isommp42")]
    public void Decode_NotAnAcceptedFormat_SaysWhichAreAccepted(string content)
    {
        var refusal = Assert.Throws<ImageException>(() => Decoder.Decode(Encoding.Latin1.GetBytes(content)));

        Assert.Equal(ImageFault.UnsupportedFormat, refusal.Fault);
        Assert.Contains("JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_Heic_IsDecodedOrRefusedForItsCodec()
    {
        // A libvips that stands in for NetVips.Native may bring an HEVC decoder.
        var refusal = Record.Exception(() => Decoder.Decode(Assets.Read("single-colour.heic")).Dispose()) as ImageException;
        if (refusal is null)
            return;

        Assert.Equal(ImageFault.UnsupportedFormat, refusal.Fault);
        Assert.Contains("HEVC", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(refusal.Message, Assert.Throws<ImageException>(() => Decoder.ReadHeader(Assets.Read("single-colour.heic"))).Message);
    }

    [Fact]
    public void Loaders_NotMadeForHostileInput_AreBlocked()
    {
        Decoder.Decode(Assets.Read("rgb.png")).Dispose();
        var svg = "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>"u8.ToArray();

        Assert.Contains("block", Assert.Throws<VipsException>(() => Image.SvgloadBuffer(svg)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_TiffThatTheCodecDoesNotRead_SaysThatItMayBeTheKind()
    {
        var tiff = Assets.Read("rgb.tif");
        // Compression (259) 34925 is LZMA, for which the codec is not built.
        var entry = tiff.AsSpan().IndexOf<byte>([0x03, 0x01, 0x03, 0x00]);
        (tiff[entry + 8], tiff[entry + 9]) = (34925 & 255, 34925 >> 8);

        var refusal = Assert.Throws<ImageException>(() => Decoder.Decode(tiff));

        Assert.Equal(ImageFault.Corrupt, refusal.Fault);
        Assert.Contains("not supported", refusal.Message, StringComparison.Ordinal);
    }
}
