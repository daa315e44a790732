namespace ResNetService.Imaging.Decoding;

/// <summary>What the 8-bit channels of a stored pixel mean.</summary>
internal enum ChannelLayout
{
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,

    /// <summary>Amounts of ink: 0 is none, 255 is full.</summary>
    Cmyk,
}

/// <summary>Rows of 8-bit channels to RGB, in Pillow's integer arithmetic, alpha composited on a background.</summary>
internal static class ChannelLayouts
{
    public static int Channels(this ChannelLayout layout) => layout switch
    {
        ChannelLayout.Gray => 1,
        ChannelLayout.GrayAlpha => 2,
        ChannelLayout.Rgb => 3,
        _ => 4,
    };

    /// <param name="source">As many channels a pixel as <paramref name="layout"/> has, interleaved.</param>
    /// <param name="rgb">3 bytes a pixel; its length gives the number of pixels.</param>
    /// <param name="background">0xRRGGBB under transparent pixels.</param>
    public static void ToRgb(this ChannelLayout layout, ReadOnlySpan<byte> source, Span<byte> rgb, int background)
    {
        switch (layout)
        {
            case ChannelLayout.Gray:
                GrayToRgb(source, rgb);
                break;
            case ChannelLayout.GrayAlpha:
                GrayAlphaToRgb(source, rgb, background);
                break;
            case ChannelLayout.Rgba:
                RgbaToRgb(source, rgb, background);
                break;
            case ChannelLayout.Cmyk:
                CmykToRgb(source, rgb);
                break;
            default:
                source[..rgb.Length].CopyTo(rgb);
                break;
        }
    }

    private static void GrayToRgb(ReadOnlySpan<byte> gray, Span<byte> rgb)
    {
        for (int i = 0, o = 0; o < rgb.Length; i++, o += 3)
            rgb[o] = rgb[o + 1] = rgb[o + 2] = gray[i];
    }

    private static void GrayAlphaToRgb(ReadOnlySpan<byte> source, Span<byte> rgb, int background)
    {
        var (r, g, b) = Split(background);
        for (int i = 0, o = 0; o < rgb.Length; i += 2, o += 3)
        {
            var (gray, alpha) = (source[i], source[i + 1]);
            rgb[o] = Blend(gray, r, alpha);
            rgb[o + 1] = Blend(gray, g, alpha);
            rgb[o + 2] = Blend(gray, b, alpha);
        }
    }

    private static void RgbaToRgb(ReadOnlySpan<byte> source, Span<byte> rgb, int background)
    {
        var (r, g, b) = Split(background);
        for (int i = 0, o = 0; o < rgb.Length; i += 4, o += 3)
        {
            var alpha = source[i + 3];
            rgb[o] = Blend(source[i], r, alpha);
            rgb[o + 1] = Blend(source[i + 1], g, alpha);
            rgb[o + 2] = Blend(source[i + 2], b, alpha);
        }
    }

    /// <remarks>Pillow's <c>cmyk2rgb</c> (Convert.c): no colour profile, each ink and black multiply.</remarks>
    private static void CmykToRgb(ReadOnlySpan<byte> source, Span<byte> rgb)
    {
        for (int i = 0, o = 0; o < rgb.Length; i += 4, o += 3)
        {
            var light = 255 - source[i + 3];
            rgb[o] = (byte)(light - DivideBy255(source[i] * light));
            rgb[o + 1] = (byte)(light - DivideBy255(source[i + 1] * light));
            rgb[o + 2] = (byte)(light - DivideBy255(source[i + 2] * light));
        }
    }

    private static (byte R, byte G, byte B) Split(int colour) => ((byte)(colour >> 16), (byte)(colour >> 8), (byte)colour);

    /// <remarks>Pillow's <c>BLEND</c>, which <c>Image.paste</c> with a mask computes.</remarks>
    private static byte Blend(int colour, int background, int alpha) => (byte)DivideBy255((colour * alpha) + (background * (255 - alpha)));

    /// <summary>Rounded, for 0 to 255 * 255.</summary>
    private static int DivideBy255(int value) => (value + 128 + ((value + 128) >> 8)) >> 8;
}
