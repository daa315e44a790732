namespace ResNetService.Imaging.Decoding;

/// <summary>Formats by their first bytes and by their names in messages.</summary>
internal static class ImageFormats
{
    public const string Accepted = "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF";

    public static string Name(this ImageFormat format) => format switch
    {
        ImageFormat.WebP => "WebP",
        _ => format.ToString().ToUpperInvariant(),
    };

    /// <summary>What a decoder's refusal can mean. TIFF has kinds (old-style JPEG, tiled planes, ...) that the codec knows of and does not read.</summary>
    public static string Damage(this ImageFormat format) =>
        format == ImageFormat.Tiff ? "damaged, truncated, or of a kind of TIFF that is not supported" : "damaged or truncated";

    /// <summary>The format whose signature the bytes begin with, or null. A signature promises nothing about the rest.</summary>
    public static ImageFormat? Sniff(ReadOnlySpan<byte> encoded) => encoded switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFormat.WebP,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ImageFormat.Gif,
        [(byte)'B', (byte)'M', ..] => ImageFormat.Bmp,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => ImageFormat.Tiff, // 43: BigTIFF
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => SniffHeif(encoded),
        _ => null,
    };

    // ISO/IEC 23008-12: an "ftyp" box with a major brand, a version and compatible brands of four bytes each. The codec follows
    // from the brands; the structural ones (mif1, msf1) stand in files of either.
    private static ImageFormat? SniffHeif(ReadOnlySpan<byte> encoded)
    {
        ImageFormat? format = null;
        var end = Math.Min(encoded.Length, (encoded[2] << 8) | encoded[3]);
        for (var i = 8; i + 4 <= end; i += i == 8 ? 8 : 4)
        {
            var brand = encoded.Slice(i, 4);
            if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
                return ImageFormat.Avif;
            if (brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8))
                format = ImageFormat.Heic;
        }

        return format;
    }
}
