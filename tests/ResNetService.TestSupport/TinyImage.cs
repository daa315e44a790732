using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ResNetService.TestSupport;

/// <summary>Image files made without an image library.</summary>
public static class TinyImage
{
    /// <summary>An 8-bit RGB PNG of one colour.</summary>
    public static byte[] Png(int width, int height, byte red, byte green, byte blue) => Png(width, height, (_, _) => (red, green, blue));

    /// <summary>An 8-bit RGB PNG.</summary>
    /// <param name="pixel">The colour at a column and a row.</param>
    public static byte[] Png(int width, int height, Func<int, int, (byte Red, byte Green, byte Blue)> pixel)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);

        using var pixels = new MemoryStream();
        using (var deflated = new ZLibStream(pixels, CompressionLevel.Fastest))
        {
            for (var y = 0; y < height; y++)
            {
                deflated.WriteByte(0);
                for (var x = 0; x < width; x++)
                {
                    var (red, green, blue) = pixel(x, y);
                    deflated.Write([red, green, blue]);
                }
            }
        }

        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", pixels.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        var (length, checksum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32(body));
        return [.. length, .. body, .. checksum];
    }

    private static uint Crc32(byte[] data)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
        }

        return ~crc;
    }
}
