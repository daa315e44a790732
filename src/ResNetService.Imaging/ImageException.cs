namespace ResNetService.Imaging;

/// <summary>Why an image cannot be had as pixels.</summary>
public enum ImageFault
{
    /// <summary>The bytes are of no image format that is accepted; the message names the accepted ones.</summary>
    UnsupportedFormat,

    /// <summary>The format is accepted but the bytes are damaged, truncated or contradict themselves.</summary>
    Corrupt,

    /// <summary>The encoded image is larger than <see cref="ImageLimits.MaxBytes"/>.</summary>
    TooManyBytes,

    /// <summary>Width times height, a side, or the frame count exceeds <see cref="ImageLimits"/>.</summary>
    TooManyPixels,
}

/// <summary>The one exception of this library. The message says what is wrong and what would be right, for the sender of the image.</summary>
public sealed class ImageException(ImageFault fault, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public ImageFault Fault { get; } = fault;
}
