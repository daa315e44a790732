using ResNetService.Imaging.Decoding;

namespace ResNetService.Imaging;

/// <summary>
/// Encoded images (JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF; the first frame) to 8-bit RGB, as Pillow's <c>convert("RGB")</c> gives
/// it, turned as the EXIF orientation says. Safe for use by many threads at once; each call works on the thread that makes it.
/// </summary>
/// <remarks>Every method throws <see cref="ImageException"/>, and no other, for an image that cannot be had.</remarks>
public sealed class ImageDecoder(ImageLimits limits, DecodeOptions options)
{
    /// <summary>Reads the header and checks all limits against it. No pixel is decoded.</summary>
    public ImageHeader ReadHeader(ReadOnlyMemory<byte> encoded)
    {
        using var rows = Open(encoded, out var format);
        return new(format, rows.Orientation.Apply(rows.StoredSize), rows.StoredSize, rows.Frames);
    }

    /// <summary>The whole image. The caller disposes it.</summary>
    public RgbImage Decode(ReadOnlyMemory<byte> encoded)
    {
        using var rows = Open(encoded, out _);
        var (stored, orientation) = (rows.StoredSize, rows.Orientation);
        var (width, height) = orientation.Apply(stored);
        var image = new RgbImage(width, height);
        try
        {
            for (var y = 0; y < stored.Height; y++)
                orientation.WriteRow(rows.NextRow(), y, stored, image.Pixels);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    internal RowSource Open(ReadOnlyMemory<byte> encoded, out ImageFormat format)
    {
        LimitCheck.Bytes(encoded.Length, limits);
        format = ImageFormats.Sniff(encoded.Span)
            ?? throw new ImageException(ImageFault.UnsupportedFormat, $"The image is in no accepted format; accepted are {ImageFormats.Accepted}.");
        var rows = new VipsRowSource(encoded, format, options);
        try
        {
            LimitCheck.Header(rows.StoredSize, rows.Frames, limits);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }
}
