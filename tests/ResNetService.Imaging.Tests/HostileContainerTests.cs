using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ResNetService.Imaging.Tests;

/// <summary>Small files that ask codecs for much work. Each of them took libvips seconds to minutes before it was refused.</summary>
public sealed class HostileContainerTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    private static ImageException Refusal(byte[] encoded) => Assert.Throws<ImageException>(() => Decoder.Decode(encoded));

    private static byte[] Repeat(byte[] head, ReadOnlySpan<byte> part, int times)
    {
        var stream = new MemoryStream();
        stream.Write(head);
        for (var i = 0; i < times; i++)
            stream.Write(part);
        return stream.ToArray();
    }

    [Fact]
    public void Decode_GifOfAMillionFrames_IsRefusedForItsFrames()
    {
        byte[] screen = [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];
        byte[] frame = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];

        Assert.Equal(ImageFault.TooManyPixels, Refusal(Repeat(screen, frame, 1_000_000)).Fault);
        byte[] atTheLimit = [.. Repeat(screen, frame, 1000), 0x3B];
        Decoder.Decode(atTheLimit).Dispose();
    }

    [Fact]
    public void Decode_WebPOfManyFrames_IsRefusedForItsFrames()
    {
        var animated = Assets.Read("animated.webp");
        var first = animated.AsSpan().IndexOf("ANMF"u8);
        var length = 8 + BinaryPrimitives.ReadInt32LittleEndian(animated.AsSpan(first + 4));
        var bomb = Repeat(animated[..first], animated.AsSpan(first, length + (length & 1)), 20_000);
        BinaryPrimitives.WriteInt32LittleEndian(bomb.AsSpan(4), bomb.Length - 8);

        Assert.Equal(ImageFault.TooManyPixels, Refusal(bomb).Fault);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decode_TiffWhosePagesLoop_IsRefusedForItsPages(bool bigTiff)
    {
        var tiff = Assets.Read(bigTiff ? "gray-bigtiff.tif" : "gray-big-endian.tif");
        // The directory follows the header; its last field, which is 0, now points back to it.
        var end = bigTiff ? 16 + 8 + (10 * 20) : 8 + 2 + (10 * 12);
        if (bigTiff)
            BinaryPrimitives.WriteInt64LittleEndian(tiff.AsSpan(end), 16);
        else
            BinaryPrimitives.WriteInt32BigEndian(tiff.AsSpan(end), 8);

        Assert.Equal(ImageFault.TooManyPixels, Refusal(tiff).Fault);
    }

    [Fact]
    public void Decode_PngWithTextsThatInflateToAGigabyte_IgnoresThem()
    {
        var png = Assets.Read("rgb.png");
        var deflated = new MemoryStream();
        using (var zlib = new ZLibStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
        {
            var block = new byte[1_000_000];
            for (var i = 0; i < 100; i++)
                zlib.Write(block);
        }

        // A checksum that is wrong shows that the chunk is not looked at.
        var chunk = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(chunk, (int)deflated.Length + 9);
        chunk = [.. chunk, .. "zTXtComment\0\0"u8, .. deflated.ToArray(), 0, 0, 0, 0];
        var afterHeader = 8 + 25;
        byte[] bomb = [.. Repeat(png[..afterHeader], chunk, 10), .. png.AsSpan(afterHeader)];

        using var image = Decoder.Decode(bomb);

        Assert.Equal(Assets.Expected["rgb.png"].Sha256, Assets.Sha256(image.Pixels));
    }

    [Fact]
    public void Decode_TiffOfAHundredThousandDirectories_IsRefusedForItsPages()
    {
        // Each of no entries, and the place of the next behind it.
        var tiff = new byte[8 + (100_000 * 6)];
        "II*\0"u8.CopyTo(tiff);
        BinaryPrimitives.WriteInt32LittleEndian(tiff.AsSpan(4), 8);
        for (var at = 8; at < tiff.Length; at += 6)
            BinaryPrimitives.WriteInt32LittleEndian(tiff.AsSpan(at + 2), at + 6);

        Assert.Equal(ImageFault.TooManyPixels, Refusal(tiff).Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage between segments")]
    public void Decode_ProgressiveJpegOfManyScans_IsRefusedForItsScans(string garbage)
    {
        var jpeg = Assets.Read("progressive.jpg");
        var lastScan = jpeg.AsSpan().LastIndexOf<byte>([0xFF, 0xDA]);
        // The first segment, JFIF's, is 2 + 16 bytes long.
        byte[] head = [.. jpeg.AsSpan(0, 20), .. Encoding.ASCII.GetBytes(garbage), .. jpeg.AsSpan(20, lastScan - 20)];
        var scan = jpeg.AsSpan(lastScan, jpeg.Length - 2 - lastScan);

        var refusal = Refusal([.. Repeat(head, scan, 200), 0xFF, 0xD9]);

        Assert.Equal(ImageFault.Corrupt, refusal.Fault);
        Assert.Contains("100 scans", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_RunLengthsThatLeaveTheImage_AreCut()
    {
        var bmp = Assets.Read("rle-8.bmp");
        var pixels = BinaryPrimitives.ReadInt32LittleEndian(bmp.AsSpan(10));
        byte[] overlong = [.. bmp.AsSpan(0, pixels), .. Repeat([], [255, 1], 50_000), 0, 2, 200, 200, 0, 1];

        using var image = Decoder.Decode(overlong);

        Assert.Equal((23, 17), (image.Width, image.Height));
    }
}
