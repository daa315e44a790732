using NetVips;

namespace ResNetService.Imaging.Decoding.Vips;

/// <summary>How the samples that libvips hands out become RGB.</summary>
internal readonly record struct VipsPixelFormat(SampleDepth Depth, ChannelLayout Layout)
{
    public bool IsRgb8 => (Depth, Layout) == (SampleDepth.UInt8, ChannelLayout.Rgb);

    public int BytesPerPixel => Layout.Channels() * Depth.Bytes();

    /// <summary>The format of <paramref name="image"/>, brought first to one that is known here where it is not.</summary>
    /// <param name="hasAlpha">The band after the colours is opacity; it is left out where it is something else.</param>
    /// <returns>The image to read from, which owns the one given.</returns>
    public static (Image Image, VipsPixelFormat Format) Of(Image image, bool hasAlpha)
    {
        if (image.Interpretation is not (Enums.Interpretation.Bw or Enums.Interpretation.Grey16 or Enums.Interpretation.Rgb
            or Enums.Interpretation.Rgb16 or Enums.Interpretation.Srgb or Enums.Interpretation.Cmyk or Enums.Interpretation.Multiband))
        {
            using var stored = image;
            image = stored.Colourspace(Enums.Interpretation.Srgb);
        }

        var layout = image switch
        {
            { Interpretation: Enums.Interpretation.Cmyk, Bands: >= 4 } => ChannelLayout.Cmyk,
            { Interpretation: Enums.Interpretation.Bw or Enums.Interpretation.Grey16 } or { Bands: <= 2 } =>
                hasAlpha && image.Bands > 1 ? ChannelLayout.GrayAlpha : ChannelLayout.Gray,
            _ => hasAlpha && image.Bands > 3 ? ChannelLayout.Rgba : ChannelLayout.Rgb,
        };
        if (image.Bands > layout.Channels())
        {
            using var stored = image;
            image = stored.ExtractBand(0, n: layout.Channels());
        }

        return (image, new(DepthOf(image.Format), layout));
    }

    private static SampleDepth DepthOf(Enums.BandFormat format) => format switch
    {
        Enums.BandFormat.Uchar => SampleDepth.UInt8,
        Enums.BandFormat.Char => SampleDepth.Int8,
        Enums.BandFormat.Ushort => SampleDepth.UInt16,
        Enums.BandFormat.Short => SampleDepth.Int16,
        Enums.BandFormat.Uint => SampleDepth.UInt32,
        Enums.BandFormat.Int => SampleDepth.Int32,
        Enums.BandFormat.Float => SampleDepth.Float,
        Enums.BandFormat.Double => SampleDepth.Double,
        _ => throw new ImageException(ImageFault.UnsupportedFormat, $"The image has {format} samples; integers of 8 to 32 bits and floating point are accepted."),
    };
}
