using ResNetService.Imaging.Decoding;
using ResNetService.Imaging.Decoding.Bmp;
using ResNetService.Imaging.Decoding.Containers;
using ResNetService.Imaging.Decoding.TurboJpeg;
using ResNetService.Imaging.Decoding.Vips;

namespace ResNetService.Imaging;

/// <summary>
/// Encoded images (JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF; the first frame) to 8-bit RGB, as Pillow's <c>convert("RGB")</c> gives
/// it, turned as the EXIF orientation says. Safe for use by many threads at once; each call works on the thread that makes it.
/// </summary>
/// <remarks>Every method throws <see cref="ImageException"/>, and no other, for an image that cannot be had.</remarks>
public sealed class ImageDecoder
{
    private readonly ImageLimits _limits;
    private readonly DecodeOptions _options;
    private readonly TurboJpegLibrary? _turboJpeg;

    /// <exception cref="DllNotFoundException">libjpeg-turbo is asked for and missing.</exception>
    public ImageDecoder(ImageLimits limits, DecodeOptions options)
        : this(limits, options, TurboJpegLibrary.Instance)
    {
    }

    /// <param name="turboJpeg">What the system has.</param>
    internal ImageDecoder(ImageLimits limits, DecodeOptions options, TurboJpegLibrary? turboJpeg)
    {
        (_limits, _options) = (limits, options);
        _turboJpeg = options.JpegDecoder == JpegDecoder.Libvips ? null : turboJpeg;
        if (_turboJpeg is null && options.JpegDecoder == JpegDecoder.TurboJpeg)
            throw new DllNotFoundException(TurboJpegMissing);
    }

    /// <summary>Whether <see cref="JpegDecoder.TurboJpeg"/> can be had on this machine.</summary>
    public static bool HasTurboJpeg => TurboJpegLibrary.Instance is not null;

    /// <summary>What to say where it is asked for and cannot be had.</summary>
    public static string TurboJpegMissing { get; } =
        $"The system has no {TurboJpegLibrary.FileName} (libjpeg-turbo, TurboJPEG 2 or 3). Install it, as libturbojpeg0 on Debian and libturbojpeg on Ubuntu, or choose Auto or Libvips.";

    /// <summary>What decodes JPEG here: <see cref="JpegDecoder.TurboJpeg"/> or <see cref="JpegDecoder.Libvips"/>.</summary>
    public JpegDecoder JpegDecoder => _turboJpeg is null ? JpegDecoder.Libvips : JpegDecoder.TurboJpeg;

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
        LimitCheck.Bytes(encoded.Length, _limits);
        var format = ImageFormats.Sniff(encoded.Span)
            ?? throw new ImageException(ImageFault.UnsupportedFormat, $"The image is in no accepted format; accepted are {ImageFormats.Accepted}.");
        if (format is ImageFormat.Avif or ImageFormat.Heic)
            HeifCodecs.Require(format);
        if (format == ImageFormat.Jpeg)
            LimitCheck.Scans(JpegContainer.CountScans(encoded.Span, LimitCheck.MaxScans));
        if (format == ImageFormat.Tiff && new TiffContainer(encoded.Span).IsUnconvertedYCbCr)
            throw new ImageException(ImageFault.UnsupportedFormat, "The TIFF image has YCbCr samples that are neither subsampled nor JPEG; send it as RGB, or as JPEG or PNG.");
        var frames = FrameCount.Of(format, encoded.Span, _limits.MaxFrames);
        LimitCheck.Frames(frames ?? 1, _limits);

        var rows = Rows(encoded, format);
        try
        {
            LimitCheck.Size(rows.StoredSize, _limits);
            LimitCheck.Frames(rows.Frames, _limits);
            header = new(format, rows.Orientation.Apply(rows.StoredSize), rows.StoredSize, frames ?? rows.Frames);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private RowSource Rows(ReadOnlyMemory<byte> encoded, ImageFormat format)
    {
        if (format == ImageFormat.Bmp)
            return new BmpRowSource(encoded, _options.Background);
        if (format == ImageFormat.Jpeg && _turboJpeg is not null && TurboJpegRowSource.TryOpen(_turboJpeg, encoded, _options) is { } rows)
            return rows;
        return new VipsRowSource(encoded, format, _options);
    }
}
