using System.Buffers.Binary;

namespace ResNetService.Imaging.Decoding.Containers;

/// <summary>WebP: a RIFF file whose chunks ANMF are the frames of an animation; a still image has none.</summary>
internal static class WebPContainer
{
    private const int FileHeaderLength = 12;
    private const int ChunkHeaderLength = 8;

    public static int CountFrames(ReadOnlySpan<byte> webp, int limit)
    {
        var frames = 0;
        for (long position = FileHeaderLength; position + ChunkHeaderLength <= webp.Length && frames <= limit; position = Next(webp, position))
        {
            if (webp[(int)position..].StartsWith("ANMF"u8))
                frames++;
        }

        return Math.Max(frames, 1);
    }

    /// <summary>The EXIF data, without the name that some writers repeat before them; empty where there are none.</summary>
    public static ReadOnlySpan<byte> Exif(ReadOnlySpan<byte> webp)
    {
        var chunk = NextExif(webp, 0);
        if (chunk < 0)
            return [];
        var data = webp[(chunk + ChunkHeaderLength)..];
        data = data[..(int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(webp[(chunk + 4)..]), (uint)data.Length)];
        return data.StartsWith("Exif\0\0"u8) ? data[6..] : data;
    }

    /// <summary>Where the next chunk EXIF begins, or -1.</summary>
    /// <param name="start">Where a chunk begins; 0 stands for the first.</param>
    public static int NextExif(ReadOnlySpan<byte> webp, int start)
    {
        for (long position = Math.Max(start, FileHeaderLength); position + ChunkHeaderLength <= webp.Length; position = Next(webp, position))
        {
            if (webp[(int)position..].StartsWith("EXIF"u8))
                return (int)position;
        }

        return -1;
    }

    /// <summary>Chunks are padded to an even length.</summary>
    private static long Next(ReadOnlySpan<byte> webp, long chunk)
    {
        long length = BinaryPrimitives.ReadUInt32LittleEndian(webp[((int)chunk + 4)..]);
        return chunk + ChunkHeaderLength + length + (length & 1);
    }
}
