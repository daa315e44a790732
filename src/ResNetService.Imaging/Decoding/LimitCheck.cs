using System.Globalization;

namespace ResNetService.Imaging.Decoding;

/// <summary>Holds what is known of an image before a pixel is decoded against <see cref="ImageLimits"/>.</summary>
internal static class LimitCheck
{
    // What one array can hold of 3-byte pixels, whatever the operator allows.
    private static readonly long AddressablePixels = Array.MaxLength / 3;

    public const int MaxScans = 100;

    public static void Bytes(long length, ImageLimits limits)
    {
        if (length > limits.MaxBytes)
            throw new ImageException(ImageFault.TooManyBytes, Message("The encoded image has", length, "bytes", limits.MaxBytes));
    }

    /// <param name="frames">May stop counting at one above the limit.</param>
    public static void Frames(int frames, ImageLimits limits)
    {
        if (frames > limits.MaxFrames)
            throw new ImageException(ImageFault.TooManyPixels, string.Create(CultureInfo.InvariantCulture, $"The image has more than {limits.MaxFrames:N0} frames, which is the limit."));
    }

    public static void Scans(int scans)
    {
        if (scans > MaxScans)
            throw new ImageException(ImageFault.Corrupt, $"The JPEG image has more than {MaxScans} scans; encoders write about ten.");
    }

    public static void Size(ImageSize size, ImageLimits limits)
    {
        var (longer, pixels) = (Math.Max(size.Width, size.Height), (long)size.Width * size.Height);
        if (longer > limits.MaxSide)
            throw TooMany($"The image is {size.Width} x {size.Height}: its longer side has", longer, limits.MaxSide);
        if (pixels > Math.Min(limits.MaxPixels, AddressablePixels))
            throw TooMany($"The image is {size.Width} x {size.Height}: it has", pixels, Math.Min(limits.MaxPixels, AddressablePixels));
    }

    private static ImageException TooMany(string what, long value, long limit) =>
        new(ImageFault.TooManyPixels, Message(what, value, "pixels", limit));

    private static string Message(string what, long value, string unit, long limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} {value:N0} {unit}; the limit is {limit:N0}.");
}
