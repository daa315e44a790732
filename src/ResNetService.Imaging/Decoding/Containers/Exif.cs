namespace ResNetService.Imaging.Decoding.Containers;

/// <summary>
/// EXIF data: a TIFF without an image. Their orientation is all that is used and is read here, and libvips is not shown them: libexif
/// follows the pointers from directory to directory, and a kilobyte of them that point at each other keeps it busy for many seconds.
/// </summary>
internal static class Exif
{
    private const int OrientationTag = 0x0112;

    /// <summary>How the image is to be turned. AVIF and HEIC have that in their own structure, and libheif follows it.</summary>
    public static Orientation Orientation(ImageFormat format, ReadOnlySpan<byte> encoded)
    {
        var data = format switch
        {
            ImageFormat.Tiff => encoded,
            ImageFormat.Jpeg => JpegContainer.Exif(encoded),
            ImageFormat.Png => PngContainer.Exif(encoded),
            ImageFormat.WebP => WebPContainer.Exif(encoded),
            _ => [],
        };
        return ImageFormats.Sniff(data) == ImageFormat.Tiff && new TiffContainer(data).Value(OrientationTag) is <= 8 and var value
            ? Decoding.Orientation.FromExif((int)value)
            : Decoding.Orientation.Normal;
    }

    /// <summary>Whether <see cref="Hide"/> would change anything.</summary>
    public static bool IsIn(ReadOnlySpan<byte> encoded, ImageFormat format) => NextName(encoded, format, 0) >= 0;

    /// <summary>Renames all EXIF data, so that codecs pass them over as something unknown. Those of PNG are <see cref="PngContainer.CopyWithoutMetadata"/>'s.</summary>
    public static void Hide(Span<byte> encoded, ImageFormat format)
    {
        for (var name = 0; (name = NextName(encoded, format, name)) >= 0;)
            encoded[name] = (byte)'x';
    }

    /// <summary>Where the next name of EXIF data is, or -1.</summary>
    /// <param name="start">0, or where the last one was.</param>
    private static int NextName(ReadOnlySpan<byte> encoded, ImageFormat format, int start) => format switch
    {
        // Wherever it stands: coded data never have this marker, and what a codec takes for a segment it cannot miss.
        ImageFormat.Jpeg => Next(encoded, start, static before => before is [.., 0xFF, 0xE1, _, _]),
        ImageFormat.WebP => WebPContainer.NextExif(encoded, start),
        // An item's entry ("infe", ISO/IEC 14496-12, 8.11.6): version and flags, an id of two or four bytes, two bytes, the type.
        ImageFormat.Avif or ImageFormat.Heic => Next(encoded, start, static before =>
            before is [.., (byte)'i', (byte)'n', (byte)'f', (byte)'e', _, _, _, _, _, _, _, _]
                or [.., (byte)'i', (byte)'n', (byte)'f', (byte)'e', _, _, _, _, _, _, _, _, _, _]),
        _ => -1,
    };

    private static int Next(ReadOnlySpan<byte> encoded, int start, Func<ReadOnlySpan<byte>, bool> isName)
    {
        for (var name = start; encoded[name..].IndexOf("Exif"u8) is >= 0 and var skipped; name++)
        {
            name += skipped;
            if (isName(encoded[..name]))
                return name;
        }

        return -1;
    }
}
