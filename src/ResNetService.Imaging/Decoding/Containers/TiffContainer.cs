using System.Buffers.Binary;

namespace ResNetService.Imaging.Decoding.Containers;

/// <summary>TIFF 6.0 and BigTIFF: a chain of directories, one a page, each pointing to the next.</summary>
internal static class TiffContainer
{
    public static int CountPages(ReadOnlySpan<byte> tiff, int limit)
    {
        var littleEndian = tiff[0] == (byte)'I';
        var big = Read(tiff, 2, 2, littleEndian) == 43;
        var (offsetSize, countSize, entrySize) = big ? (8, 8, 20) : (4, 2, 12);
        var (pages, next) = (0, Read(tiff, big ? 8u : 4u, offsetSize, littleEndian));
        // A chain that loops ends at the limit.
        while (next != 0 && pages <= limit)
        {
            pages++;
            var entries = Read(tiff, next, countSize, littleEndian);
            if (entries > (ulong)tiff.Length)
                break;
            next = Read(tiff, next + (ulong)countSize + (entries * (ulong)entrySize), offsetSize, littleEndian);
        }

        return Math.Max(pages, 1);
    }

    /// <summary>An unsigned number of 2, 4 or 8 bytes; 0, which ends the chain, outside the file.</summary>
    private static ulong Read(ReadOnlySpan<byte> tiff, ulong offset, int size, bool littleEndian)
    {
        if (offset > (ulong)tiff.Length || (ulong)tiff.Length - offset < (ulong)size)
            return 0;
        var bytes = tiff.Slice((int)offset, size);
        return size switch
        {
            2 => littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes),
            4 => littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => littleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
    }
}
