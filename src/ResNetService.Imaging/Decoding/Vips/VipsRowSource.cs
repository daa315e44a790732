using System.Buffers;
using NetVips;
using ResNetService.Imaging.Decoding.Containers;

namespace ResNetService.Imaging.Decoding.Vips;

/// <summary>
/// Rows out of libvips, decoded in strips on the calling thread. Whole libvips pipelines (its resize, or writing an image to
/// memory) start threads of their own and are slower for images of this size.
/// </summary>
internal sealed unsafe class VipsRowSource : RowSource
{
    // One or two rows of JPEG blocks (8 or 16 pixel rows): what the decoder makes at once anyway.
    private const int StripRows = 16;

    private readonly ImageFormat _format;
    private readonly int _background;
    private readonly Source? _source;
    private readonly Image? _image;
    private readonly Region? _region;
    private readonly VipsPixelFormat _pixels;
    private int _nextRow;
    private byte[] _buffer = [];

    /// <summary>Reads the header.</summary>
    public VipsRowSource(ReadOnlyMemory<byte> encoded, ImageFormat format, DecodeOptions options)
    {
        VipsLibrary.EnsureConfigured();
        (_format, _background) = (format, options.Background);
        try
        {
            _source = VipsSource.Create(encoded, format);
            _image = VipsLoaders.Load(_source, format);
            (StoredSize, Frames) = (new(_image.Width, _image.Height), _image.Contains("n-pages") && _image.Get("n-pages") is int pages ? pages : 1);
            Orientation = options.ApplyOrientation ? Exif.Orientation(format, encoded.Span) : Orientation.Normal;
            (_image, _pixels) = VipsPixelFormat.Of(_image, hasAlpha: format != ImageFormat.Tiff || new TiffContainer(encoded.Span).HasAlpha);
            _region = Region.New(_image);
        }
        catch (Exception e)
        {
            Dispose();
            if (e is VipsException)
                throw new ImageException(ImageFault.Corrupt, $"The header of the {format.Name()} image cannot be read: it is {format.Damage()}.", e);
            throw;
        }
    }

    public override ImageSize StoredSize { get; }

    public override int Frames { get; }

    public override Orientation Orientation { get; }

    public override ReadOnlySpan<byte> NextRow()
    {
        if (_nextRow % StripRows == 0)
            PrepareStrip();
        var stride = StoredSize.Width * _pixels.BytesPerPixel;
        var row = ((VipsRegion*)_region!.DangerousGetHandle())->Row(_nextRow++, stride);
        return _pixels.IsRgb8 ? row : ToRgb(row);
    }

    private void PrepareStrip()
    {
        var strip = new VipsRectangle(0, _nextRow, StoredSize.Width, Math.Min(StripRows, StoredSize.Height - _nextRow));
        if (VipsLibrary.RegionPrepare(_region!.DangerousGetHandle(), strip) == 0)
            return;
        // VipsException takes its text from libvips' error buffer, which all threads share: a hint for the log, not for the sender.
        var cause = new VipsException($"rows from {_nextRow} on");
        throw new ImageException(ImageFault.Corrupt, $"The {_format.Name()} image is {_format.Damage()} (near row {_nextRow} of {StoredSize.Height}).", cause);
    }

    private ReadOnlySpan<byte> ToRgb(ReadOnlySpan<byte> row)
    {
        var (rgbLength, samplesLength) = (StoredSize.Width * 3, StoredSize.Width * _pixels.Layout.Channels());
        if (_buffer.Length == 0)
            _buffer = ArrayPool<byte>.Shared.Rent(rgbLength + samplesLength);
        var rgb = _buffer.AsSpan(0, rgbLength);
        if (_pixels.Depth != SampleDepth.UInt8)
        {
            var samples = _buffer.AsSpan(rgbLength, samplesLength);
            _pixels.Depth.To8Bit(row, samples);
            row = samples;
        }

        _pixels.Layout.ToRgb(row, rgb, _background);
        return rgb;
    }

    protected override void Dispose(bool disposing)
    {
        _region?.Dispose();
        _image?.Dispose();
        _source?.Dispose();
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
