using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using ResNetService.Imaging.Decoding.Vips;

namespace ResNetService.Imaging.Tests;

/// <summary>EXIF data are read for their orientation and hidden from libvips.</summary>
public sealed class ExifTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    private static byte[] BigEndian(params ushort[] values)
    {
        var bytes = new byte[values.Length * 2];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(i * 2), values[i]);
        return bytes;
    }

    /// <summary>A TIFF of one directory. A field is its tag, its type, its count in two halves and its value in two halves.</summary>
    private static byte[] Directory(params ushort[][] fields) =>
        [.. "MM"u8, .. BigEndian(42, 0, 8, (ushort)fields.Length), .. fields.SelectMany(BigEndian), 0, 0, 0, 0];

    private static ushort[] Orientation(ushort value) => [0x0112, 3, 0, 1, value, 0];

    private static byte[] Insert(byte[] file, int position, byte[] part) => [.. file.AsSpan(0, position), .. part, .. file.AsSpan(position)];

    private static byte[] Jpeg(byte[] exif) =>
        Insert(Assets.Read("orientation-1.jpg"), 2, [0xFF, 0xE1, .. BigEndian((ushort)(8 + exif.Length)), .. "Exif\0\0"u8, .. exif]);

    private static byte[] AvifWithExif()
    {
        using var tar = new TarReader(new GZipStream(File.OpenRead(SharedData.Require("malformed/pillow-images.tar.gz")), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            if (!entry.Name.EndsWith("avif/exif.avif", StringComparison.Ordinal))
                continue;
            var encoded = new byte[entry.Length];
            entry.DataStream!.ReadExactly(encoded);
            return encoded;
        }

        throw new InvalidOperationException("the archive has no avif/exif.avif");
    }

    private static void AssertHidden(byte[] encoded, ImageFormat format)
    {
        using var plainSource = NetVips.Source.NewFromMemory(encoded);
        using var plain = VipsLoaders.Load(plainSource, format, divisor: 1);
        using var source = VipsSource.Create(encoded, format);
        using var image = VipsLoaders.Load(source, format, divisor: 1);

        Assert.True(plain.Contains("exif-data"));
        Assert.False(image.Contains("exif-data"));
    }

    [Theory]
    [InlineData("orientation-6.jpg", ImageFormat.Jpeg)]
    [InlineData("orientation-6.png", ImageFormat.Png)]
    [InlineData("orientation-8.webp", ImageFormat.WebP)]
    public void Decode_Exif_IsNotShownToTheCodec(string name, ImageFormat format) => AssertHidden(Assets.Read(name), format);

    [Fact]
    public void Decode_ExifOfAvif_IsNotShownToTheCodec()
    {
        var encoded = AvifWithExif();

        AssertHidden(encoded, ImageFormat.Avif);
        Decoder.Decode(encoded).Dispose();
    }

    [Fact]
    public void Decode_SeveralExifSegments_AreAllHiddenAndTheFirstCounts()
    {
        var exif = Directory(Orientation(6));
        var encoded = Insert(Jpeg(exif), 2, [0xFF, 0xE1, .. BigEndian((ushort)(8 + exif.Length)), .. "Exif\0\0"u8, .. Directory(Orientation(3))]);

        AssertHidden(encoded, ImageFormat.Jpeg);
        Assert.Equal(new ImageSize(19, 11), Decoder.ReadHeader(encoded).Size);
    }

    /// <summary>A hundred pointers back to the directory that they stand in: libexif follows them for twenty seconds.</summary>
    [Fact]
    public void Decode_DirectoriesThatPointAtEachOther_AreNotFollowed()
    {
        ushort[] pointers = [0x8769, 0x8825, 0xA005];
        var fields = Enumerable.Range(0, 100).Select(i => new ushort[] { pointers[i % 3], 4, 0, 1, 0, 8 });

        var encoded = Jpeg(Directory([Orientation(6), .. fields]));

        AssertSize(encoded, turned: true);
    }

    [Theory]
    [InlineData(new ushort[] { 0x0112, 3, 0, 1, 6, 0 }, true)]
    [InlineData(new ushort[] { 0x0112, 4, 0, 1, 0, 6 }, true)]
    [InlineData(new ushort[] { 0x0112, 3, 0, 1, 9, 0 }, false)]
    [InlineData(new ushort[] { 0x0112, 4, 0, 1, 0xFFFF, 6 }, false)]
    [InlineData(new ushort[] { 0x0112, 3, 0, 0, 6, 0 }, false)]
    [InlineData(new ushort[] { 0x0112, 2, 0, 1, 6, 0 }, false)]
    [InlineData(new ushort[] { 0x0112, 3, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF }, false)]
    [InlineData(new ushort[] { 0x0113, 3, 0, 1, 6, 0 }, false)]
    public void ReadHeader_OrientationField_TurnsWhereItIsOne(ushort[] field, bool turned) => AssertSize(Jpeg(Directory(field)), turned);

    [Theory]
    [InlineData("")]
    [InlineData("MM")]
    [InlineData("MM\0*\0\0\0\u0008\0\u0001\u0001\u0012\0\u0003")]
    [InlineData("MM\0*\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("no directory at all")]
    public void ReadHeader_DamagedExif_TurnsNothing(string exif) => AssertSize(Jpeg(System.Text.Encoding.Latin1.GetBytes(exif)), turned: false);

    [Fact]
    public void ReadHeader_ExifBehindTheFirstImage_IsNotIts()
    {
        byte[] encoded = [.. Assets.Read("orientation-1.jpg"), .. Assets.Read("orientation-6.jpg")];

        AssertSize(encoded, turned: false);
    }

    [Fact]
    public void ReadHeader_WebPThatNamesItsExifTwice_IsTurned()
    {
        var webp = Assets.Read("orientation-8.webp");
        var chunk = webp.AsSpan().LastIndexOf("EXIF"u8);
        var length = BinaryPrimitives.ReadInt32LittleEndian(webp.AsSpan(chunk + 4));
        BinaryPrimitives.WriteInt32LittleEndian(webp.AsSpan(chunk + 4), length + 6);
        webp = Insert(webp, chunk + 8, [.. "Exif\0\0"u8]);
        BinaryPrimitives.WriteInt32LittleEndian(webp.AsSpan(4), webp.Length - 8);

        Assert.Equal(new ImageSize(17, 23), Decoder.ReadHeader(webp).Size);
    }

    private static void AssertSize(byte[] encoded, bool turned)
    {
        var size = turned ? new ImageSize(11, 19) : new ImageSize(19, 11);
        Assert.Equal(size, Decoder.ReadHeader(encoded).Size);
        using var image = Decoder.Decode(encoded);
        Assert.Equal(size, new ImageSize(image.Width, image.Height));
    }
}
