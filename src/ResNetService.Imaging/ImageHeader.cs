namespace ResNetService.Imaging;

/// <summary>Width and height in pixels.</summary>
public readonly record struct ImageSize(int Width, int Height);

/// <summary>A rectangle of an image, in pixels; <paramref name="Left"/> and <paramref name="Top"/> count from 0.</summary>
public readonly record struct CropWindow(int Left, int Top, int Width, int Height)
{
    /// <summary>The middle of an image that is at least as large, as torchvision's <c>center_crop</c> rounds it.</summary>
    public static CropWindow Center(ImageSize image, int width, int height) => new(
        (int)Resampling.CropAxis.CenterOffset(image.Width, width), (int)Resampling.CropAxis.CenterOffset(image.Height, height), width, height);
}

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
