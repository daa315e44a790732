namespace ResNetService.Imaging;

/// <summary>What an image may cost, checked against its header before a pixel is decoded.</summary>
public sealed record ImageLimits
{
    /// <summary>Size of the encoded image, in bytes.</summary>
    public long MaxBytes { get; init; } = 20_000_000;

    /// <summary>Width times height of the image as stored.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>Width and height, each, in pixels.</summary>
    public int MaxSide { get; init; } = 16_384;

    /// <summary>Frames or pages of an animation; the first alone is decoded.</summary>
    public int MaxFrames { get; init; } = 1000;
}

/// <summary>Choices of decoding that are the operator's, not the model's.</summary>
public sealed record DecodeOptions
{
    /// <summary>Turn the image as its EXIF orientation says. torchvision's loaders do not.</summary>
    public bool ApplyOrientation { get; init; } = true;

    /// <summary>The colour (0xRRGGBB) that transparent pixels are composited on. Pillow's <c>convert("RGB")</c> drops alpha instead.</summary>
    public int Background { get; init; } = 0xFFFFFF;

    /// <summary>What decodes JPEG. The pixels are the same.</summary>
    public JpegDecoder JpegDecoder { get; init; } = JpegDecoder.Auto;
}
