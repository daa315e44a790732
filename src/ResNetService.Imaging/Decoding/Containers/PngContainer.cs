using System.Buffers.Binary;

namespace ResNetService.Imaging.Decoding.Containers;

/// <summary>PNG: a signature, then chunks of length, type, data and checksum.</summary>
internal static class PngContainer
{
    private const int SignatureLength = 8;
    private const int ChunkOverhead = 12;

    /// <summary>The number of frames that an animation control chunk (APNG) announces.</summary>
    public static int CountFrames(ReadOnlySpan<byte> png, int limit)
    {
        var chunk = Find(png, static type => type.StartsWith("acTL"u8) || type.StartsWith("IDAT"u8));
        return !chunk.IsEmpty && chunk[4..].StartsWith("acTL"u8)
            ? (int)Math.Clamp(BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]), 1, (uint)limit + 1)
            : 1;
    }

    /// <summary>The data of the chunk eXIf; empty where there is none.</summary>
    public static ReadOnlySpan<byte> Exif(ReadOnlySpan<byte> png)
    {
        var chunk = Find(png, static type => type.StartsWith("eXIf"u8));
        return chunk.IsEmpty ? [] : chunk[8..(int)Math.Min(ChunkLength(chunk, 0) - 4, chunk.Length)];
    }

    /// <summary>Whether there are chunks that <see cref="CopyWithoutMetadata"/> leaves out.</summary>
    public static bool HasMetadata(ReadOnlySpan<byte> png) => !Find(png, IsMetadata).IsEmpty;

    /// <summary>
    /// The file without its texts and its colour profile, none of which is used here, and all of which libpng would inflate when
    /// it opens the file: 50 kB of them take seconds. Without its EXIF data too, for <see cref="Containers.Exif"/>'s reason.
    /// </summary>
    /// <param name="destination">As long as <paramref name="png"/>.</param>
    /// <returns>Bytes written.</returns>
    public static int CopyWithoutMetadata(ReadOnlySpan<byte> png, Span<byte> destination)
    {
        png[..SignatureLength].CopyTo(destination);
        var (position, written) = (SignatureLength, SignatureLength);
        while (position < png.Length)
        {
            var rest = png[position..];
            var chunk = rest.Length < ChunkOverhead ? rest : rest[..(int)Math.Min(ChunkLength(png, position), rest.Length)];
            position += chunk.Length;
            if (chunk.Length >= ChunkOverhead && IsMetadata(chunk[4..]))
                continue;
            chunk.CopyTo(destination[written..]);
            written += chunk.Length;
        }

        return written;
    }

    /// <summary>From the first chunk of a wanted type to the end of the file; empty where there is none.</summary>
    /// <param name="isWanted">Given what begins with a chunk's type.</param>
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> png, Func<ReadOnlySpan<byte>, bool> isWanted)
    {
        for (long position = SignatureLength; position + ChunkOverhead <= png.Length; position += ChunkLength(png, position))
        {
            if (isWanted(png[((int)position + 4)..]))
                return png[(int)position..];
        }

        return [];
    }

    private static long ChunkLength(ReadOnlySpan<byte> png, long position) =>
        ChunkOverhead + (long)BinaryPrimitives.ReadUInt32BigEndian(png[(int)position..]);

    private static bool IsMetadata(ReadOnlySpan<byte> type) =>
        type.StartsWith("tEXt"u8) || type.StartsWith("zTXt"u8) || type.StartsWith("iTXt"u8) || type.StartsWith("iCCP"u8) || type.StartsWith("eXIf"u8);
}
