using System.Buffers.Binary;
using System.IO.Compression;

namespace ResNetService.Imaging.Tests;

/// <summary>Blocks beside the pixels that ask for much memory. Alone in the process, since its memory is what is looked at.</summary>
[CollectionDefinition(nameof(MemoryBombTests), DisableParallelization = true)]
[Collection(nameof(MemoryBombTests))]
public sealed class MemoryBombTests
{
    private const long Most = 100_000_000;

    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    /// <summary>A profile that is no profile is none: what it inflates to is not wanted.</summary>
    [Fact]
    public void Decode_PngWhoseProfileInflatesToAGigabyte_HoldsALittleOfIt()
    {
        var png = Assets.Read("rgb.png");
        var deflated = new MemoryStream();
        using (var zlib = new ZLibStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
        {
            var block = new byte[1_000_000];
            for (var i = 0; i < 1000; i++)
                zlib.Write(block);
        }

        byte[] data = [.. "iCCP"u8, .. "profile\0\0"u8, .. deflated.ToArray()];
        var (length, checksum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32(data));
        var afterHeader = 8 + 25;
        byte[] bomb = [.. png.AsSpan(0, afterHeader), .. length, .. data, .. checksum, .. png.AsSpan(afterHeader)];

        Assert.InRange(GrowthOf(() => Open(bomb)), 0, Most);
    }

    /// <summary>Directories that name as many entries as a file can, with values that lie behind its end.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decode_JpegWhoseExifLies_HoldsALittle(bool inLoops)
    {
        var jpeg = Assets.Read("progressive.jpg");
        byte[] exif = [.. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, 0xFF, 0xFF];
        // Each entry a long of 2^31 - 1 values, or the place of a further directory, which is this one.
        byte[] entry = inLoops ? [0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0] : [0x01, 0x01, 4, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F];
        byte[] segment = [.. exif, .. Enumerable.Repeat(entry, 5000).SelectMany(part => part)];
        byte[] head = [0xFF, 0xE1, (byte)((segment.Length + 2) >> 8), (byte)(segment.Length + 2)];
        byte[] bomb = [.. jpeg.AsSpan(0, 2), .. head, .. segment, .. jpeg.AsSpan(2)];

        Assert.InRange(GrowthOf(() => Open(bomb)), 0, Most);
    }

    private static void Open(byte[] encoded)
    {
        try
        {
            Decoder.Decode(encoded).Dispose();
        }
        catch (ImageException)
        {
            // As good as an image.
        }
    }

    /// <summary>By how much the process's memory was larger in between than before: the codecs' own is in it.</summary>
    private static long GrowthOf(Action action)
    {
        var before = ProcessMemory.ForgetPeak(Environment.ProcessId);
        action();
        return ProcessMemory.Peak(Environment.ProcessId) - before;
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }
}
