using System.Globalization;

namespace ResNetService.Imaging.Decoding;

/// <summary>Holds what is known of an image before a pixel is decoded against <see cref="ImageLimits"/>.</summary>
internal static class LimitCheck
{
    // What one array can hold of 3-byte pixels, whatever the operator allows.
    private static readonly long AddressablePixels = Array.MaxLength / 3;

    public static void Bytes(long length, ImageLimits limits)
    {
        if (length > limits.MaxBytes)
            throw new ImageException(ImageFault.TooManyBytes, Message("The encoded image has", length, "bytes", limits.MaxBytes));
    }

    public static void Header(ImageSize size, int frames, ImageLimits limits)
    {
        if (Math.Max(size.Width, size.Height) > limits.MaxSide)
            throw TooMany($"The image is {size.Width} x {size.Height} pixels: its longer side has", Math.Max(size.Width, size.Height), "pixels", limits.MaxSide);
        if ((long)size.Width * size.Height > Math.Min(limits.MaxPixels, AddressablePixels))
            throw TooMany($"The image is {size.Width} x {size.Height} pixels: it has", (long)size.Width * size.Height, "pixels", Math.Min(limits.MaxPixels, AddressablePixels));
        if (frames > limits.MaxFrames)
            throw TooMany("The image has", frames, "frames", limits.MaxFrames);
    }

    private static ImageException TooMany(string what, long value, string unit, long limit) =>
        new(ImageFault.TooManyPixels, Message(what, value, unit, limit));

    private static string Message(string what, long value, string unit, long limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} {value:N0} {unit}; the limit is {limit:N0}.");
}
