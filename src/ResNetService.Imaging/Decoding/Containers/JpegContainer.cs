using System.Buffers.Binary;

namespace ResNetService.Imaging.Decoding.Containers;

/// <summary>JPEG (ISO/IEC 10918-1, annex B): segments of a marker and a length; after a scan's header comes its coded data.</summary>
internal static class JpegContainer
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const byte Application1 = 0xE1;

    /// <summary>
    /// The number of scans of a progressive image, counted no further than one above <paramref name="limit"/>; 1 for a sequential
    /// one. Each scan walks all coefficients of the image, however few bytes it has: 100 kB can ask for minutes of work.
    /// </summary>
    public static int CountScans(ReadOnlySpan<byte> jpeg, int limit)
    {
        var (position, scans) = (2, 0);
        while (scans <= limit && TryFindMarker(jpeg, ref position, out var marker) && marker != EndOfImage)
        {
            // Sequential with Huffman coding: every scan has bits for every block, so the bytes bound the work.
            if (marker is 0xC0 or 0xC1)
                return 1;
            if (marker == StartOfScan)
                scans++;
            if (position + 2 > jpeg.Length)
                break;
            position += BinaryPrimitives.ReadUInt16BigEndian(jpeg[position..]);
        }

        return Math.Max(scans, 1);
    }

    /// <summary>Whether the first frame is sequential, Huffman-coded and of 8 bits: neither progressive, lossless or hierarchical nor arithmetic.</summary>
    public static bool IsSequential(ReadOnlySpan<byte> jpeg)
    {
        var position = 2;
        while (TryFindMarker(jpeg, ref position, out var marker) && position + 3 <= jpeg.Length)
        {
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC)) // tables, reserved, conditioning
                return marker is 0xC0 or 0xC1 && jpeg[position + 2] == 8;
            if (marker is StartOfScan or EndOfImage)
                return false;
            position += BinaryPrimitives.ReadUInt16BigEndian(jpeg[position..]);
        }

        return false;
    }

    /// <summary>The EXIF data; empty where there are none.</summary>
    public static ReadOnlySpan<byte> Exif(ReadOnlySpan<byte> jpeg)
    {
        var position = 2;
        while (TryFindMarker(jpeg, ref position, out var marker) && marker is not (StartOfScan or EndOfImage) && position + 2 <= jpeg.Length)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[position..]);
            var segment = jpeg.Slice(position, Math.Min(length, jpeg.Length - position));
            if (marker == Application1 && segment.Length >= 8 && segment[2..].StartsWith("Exif\0\0"u8))
                return segment[8..];
            position += length;
        }

        return [];
    }

    /// <summary>
    /// The next marker that has a segment, and where that begins. What lies between is coded data or garbage, which decoders skip:
    /// anything but 0xFF, 0xFF fill bytes, stuffed zeros, restart markers.
    /// </summary>
    private static bool TryFindMarker(ReadOnlySpan<byte> jpeg, ref int position, out byte marker)
    {
        while (position < jpeg.Length && jpeg[position..].IndexOf((byte)0xFF) is >= 0 and var skipped)
        {
            position += skipped;
            if (position + 1 >= jpeg.Length)
                break;
            marker = jpeg[++position];
            if (marker is 0xFF)
                continue;
            position++;
            if (marker is not (0x00 or 0x01 or (>= 0xD0 and <= 0xD7)))
                return true;
        }

        marker = 0;
        return false;
    }
}
