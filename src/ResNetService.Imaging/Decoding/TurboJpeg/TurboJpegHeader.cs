namespace ResNetService.Imaging.Decoding.TurboJpeg;

/// <summary>What <c>tjDecompressHeader3</c> gives.</summary>
internal readonly record struct TurboJpegHeader(ImageSize Size, TurboJpegSubsampling Subsampling, TurboJpegColors Colors)
{
    /// <summary>
    /// Whether every version of libjpeg-turbo and its offspring decodes it alike: grayscale, and YCbCr whose colours have the
    /// resolution of the brightness, half of it across, or half of it both ways. What CMYK becomes is libvips' and our own affair, and
    /// the filter for the other subsamplings came late.
    /// </summary>
    public bool IsCommon => (Colors, Subsampling) is
        (TurboJpegColors.Gray, TurboJpegSubsampling.Gray)
        or (TurboJpegColors.YCbCr, TurboJpegSubsampling.None or TurboJpegSubsampling.Half or TurboJpegSubsampling.Quarter);
}

/// <summary>TJSAMP, as far as it is used.</summary>
internal enum TurboJpegSubsampling
{
    /// <summary>4:4:4.</summary>
    None = 0,

    /// <summary>4:2:2.</summary>
    Half = 1,

    /// <summary>4:2:0.</summary>
    Quarter = 2,

    Gray = 3,
}

/// <summary>TJCS, as far as it is used.</summary>
internal enum TurboJpegColors
{
    YCbCr = 1,
    Gray = 2,
}
