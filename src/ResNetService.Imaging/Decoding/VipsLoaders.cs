using NetVips;

namespace ResNetService.Imaging.Decoding;

/// <summary>The one libvips loader for each format; libvips is never asked to guess.</summary>
internal static class VipsLoaders
{
    // Sequential: rows are asked for once, top to bottom, so only a few are kept. Truncated: an image that ends early is an error
    // (libvips would by itself fill up with grey), while oddities that decoders step over are not, as in Pillow.
    private const Enums.Access Access = Enums.Access.Sequential;
    private const Enums.FailOn FailOn = Enums.FailOn.Truncated;

    static VipsLoaders() => VipsLibrary.EnsureConfigured();

    /// <exception cref="VipsException">The header cannot be read.</exception>
    public static Image Load(Source source, ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => Image.JpegloadSource(source, access: Access, failOn: FailOn),
        ImageFormat.Png => Image.PngloadSource(source, access: Access, failOn: FailOn),
        ImageFormat.WebP => Image.WebploadSource(source, access: Access, failOn: FailOn),
        ImageFormat.Gif => Image.GifloadSource(source, access: Access, failOn: FailOn),
        ImageFormat.Tiff => Image.TiffloadSource(source, access: Access, failOn: FailOn),
        ImageFormat.Avif or ImageFormat.Heic => Image.HeifloadSource(source, access: Access, failOn: FailOn),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "libvips has no loader for it"),
    };
}
