using NetVips;

namespace ResNetService.Imaging.Decoding.Vips;

/// <summary>The one libvips loader for each format; libvips is never asked to guess.</summary>
internal static class VipsLoaders
{
    // Sequential: rows are asked for once, top to bottom, so only a few are kept. Error: an image that is damaged or ends early is
    // refused (libvips would by itself fill up with grey), while what codecs merely warn of is not. Pillow draws the line there too.
    private const Enums.Access Access = Enums.Access.Sequential;
    private const Enums.FailOn FailOn = Enums.FailOn.Error;

    /// <param name="divisor">1, or for JPEG 2, 4 or 8: sides of so many times fewer pixels.</param>
    /// <exception cref="VipsException">The header cannot be read.</exception>
    public static Image Load(Source source, ImageFormat format, int divisor) => format switch
    {
        ImageFormat.Jpeg => Image.JpegloadSource(source, shrink: divisor, access: Access, failOn: FailOn),
        ImageFormat.Png => Image.PngloadSource(source, access: Access, failOn: FailOn),
        ImageFormat.WebP => Image.WebploadSource(source, access: Access, failOn: FailOn),
        ImageFormat.Gif => Image.GifloadSource(source, access: Access, failOn: FailOn),
        ImageFormat.Tiff => Image.TiffloadSource(source, access: Access, failOn: FailOn),
        ImageFormat.Avif or ImageFormat.Heic => Image.HeifloadSource(source, access: Access, failOn: FailOn),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "libvips has no loader for it"),
    };
}
