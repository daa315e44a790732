namespace ResNetService.Imaging.Decoding.Containers;

/// <summary>
/// Frames or pages, counted on the container's own structure before a codec sees it: codecs build a table of all frames when
/// they open a file, which a few megabytes of empty frames turn into seconds of work.
/// </summary>
internal static class FrameCount
{
    /// <summary>Counts no further than one above <paramref name="limit"/>. Null where the container is not walked here.</summary>
    /// <remarks>Where the structure is damaged the count ends: what is wrong is for the decoder to say.</remarks>
    public static int? Of(ImageFormat format, ReadOnlySpan<byte> encoded, int limit) => format switch
    {
        ImageFormat.Gif => GifContainer.CountFrames(encoded, limit),
        ImageFormat.WebP => WebPContainer.CountFrames(encoded, limit),
        ImageFormat.Png => PngContainer.CountFrames(encoded, limit),
        ImageFormat.Tiff => new TiffContainer(encoded).CountPages(limit),
        ImageFormat.Jpeg or ImageFormat.Bmp => 1,
        _ => null,
    };
}
