namespace ResNetService.Imaging;

/// <summary>Width and height in pixels.</summary>
public readonly record struct ImageSize(int Width, int Height);

/// <summary>The encodings that are told apart by their first bytes.</summary>
public enum ImageFormat
{
    Jpeg,
    Png,
    WebP,
    Gif,
    Bmp,
    Tiff,
    Avif,
    Heic,
}

/// <summary>What the header of an encoded image says, within the limits; no pixel has been decoded.</summary>
/// <param name="Size">Width and height as the image is looked at: after orientation, where that is applied.</param>
/// <param name="StoredSize">Width and height as encoded.</param>
/// <param name="Frames">Frames or pages, 1 for a still image. The first alone is decoded.</param>
public readonly record struct ImageHeader(ImageFormat Format, ImageSize Size, ImageSize StoredSize, int Frames);
