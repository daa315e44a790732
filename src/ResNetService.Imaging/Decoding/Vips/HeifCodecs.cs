using ResNetService.Imaging.Probes;

namespace ResNetService.Imaging.Decoding.Vips;

/// <summary>
/// Which codecs libvips has for the HEIF container. It opens the container whatever the codec is, and fails when pixels are asked
/// for; so each codec is tried once, on a single-coloured image of our own. NetVips.Native brings AV1 (AVIF) and, for its
/// patents, not HEVC (HEIC); a libvips installed in its place may have both.
/// </summary>
internal static class HeifCodecs
{
    private static readonly Lazy<bool> Av1 = new(() => Decodes(Probe.Avif, ImageFormat.Avif));
    private static readonly Lazy<bool> Hevc = new(() => Decodes(Probe.Heic, ImageFormat.Heic));

    /// <exception cref="ImageException">The codec of <paramref name="format"/> is missing.</exception>
    public static void Require(ImageFormat format)
    {
        var (codec, present) = format == ImageFormat.Heic ? ("HEVC", Hevc.Value) : ("AV1", Av1.Value);
        if (!present)
            throw new ImageException(ImageFault.UnsupportedFormat, $"The image is {format.Name()}, for which this installation has no {codec} decoder; send it as JPEG or PNG.");
    }

    private static bool Decodes(string probe, ImageFormat format)
    {
        try
        {
            using var rows = new VipsRowSource(Probe.Read(probe), format, new DecodeOptions());
            rows.NextRow();
            return true;
        }
        catch (ImageException)
        {
            return false;
        }
    }
}
