using ResNetService.Imaging.Decoding;
using ResNetService.Imaging.Decoding.Bmp;
using ResNetService.Imaging.Decoding.Containers;
using ResNetService.Imaging.Decoding.Vips;

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
        using var rows = Open(encoded, out var header);
        return header;
    }

    /// <summary>The whole image. The caller disposes it.</summary>
    public RgbImage Decode(ReadOnlyMemory<byte> encoded)
    {
        using var rows = Open(encoded, out var header);
        var (width, height) = header.Size;
        var (stored, orientation) = (rows.StoredSize, rows.Orientation);
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

    /// <summary>Reads the header, checks the limits and stands before the first row.</summary>
    internal RowSource Open(ReadOnlyMemory<byte> encoded, out ImageHeader header)
    {
        LimitCheck.Bytes(encoded.Length, limits);
        var format = ImageFormats.Sniff(encoded.Span)
            ?? throw new ImageException(ImageFault.UnsupportedFormat, $"The image is in no accepted format; accepted are {ImageFormats.Accepted}.");
        if (format is ImageFormat.Avif or ImageFormat.Heic)
            HeifCodecs.Require(format);
        if (format == ImageFormat.Jpeg)
            LimitCheck.Scans(JpegContainer.CountScans(encoded.Span, LimitCheck.MaxScans));
        if (format == ImageFormat.Tiff && new TiffContainer(encoded.Span).IsUnconvertedYCbCr)
            throw new ImageException(ImageFault.UnsupportedFormat, "The TIFF image has YCbCr samples that are neither subsampled nor JPEG; send it as RGB, or as JPEG or PNG.");
        var frames = FrameCount.Of(format, encoded.Span, limits.MaxFrames);
        LimitCheck.Frames(frames ?? 1, limits);

        RowSource rows = format == ImageFormat.Bmp
            ? new BmpRowSource(encoded, options.Background)
            : new VipsRowSource(encoded, format, options);
        try
        {
            LimitCheck.Size(rows.StoredSize, limits);
            LimitCheck.Frames(rows.Frames, limits);
            header = new(format, rows.Orientation.Apply(rows.StoredSize), rows.StoredSize, frames ?? rows.Frames);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }
}
