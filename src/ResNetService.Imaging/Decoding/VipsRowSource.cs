using System.Buffers;
using System.Runtime.InteropServices;
using NetVips;

namespace ResNetService.Imaging.Decoding;

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
    private readonly Source _source;
    private readonly Image _image;
    private readonly Region _region;
    private readonly VipsPixelFormat _pixels;
    private nint _strip;
    private int _nextRow;
    private byte[]? _samples;
    private byte[]? _rgb;

    /// <summary>Reads the header.</summary>
    public VipsRowSource(ReadOnlyMemory<byte> encoded, ImageFormat format, DecodeOptions options)
    {
        (_format, _background) = (format, options.Background);
        try
        {
            _source = NewSource(encoded);
            _image = VipsLoaders.Load(_source, format);
            (StoredSize, Frames) = (new(_image.Width, _image.Height), Field("n-pages") ?? 1);
            Orientation = options.ApplyOrientation ? Orientation.FromExif(Field("orientation") ?? 1) : Orientation.Normal;
            (_image, _pixels) = VipsPixelFormat.Of(_image);
            _region = Region.New(_image);
        }
        catch (VipsException e)
        {
            Dispose();
            throw new ImageException(ImageFault.Corrupt, $"The {format.Name()} header cannot be read: the image is damaged or truncated.", e);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override ImageSize StoredSize { get; }

    public override int Frames { get; }

    public override Orientation Orientation { get; }

    public override ReadOnlySpan<byte> NextRow()
    {
        var rowOfStrip = _nextRow % StripRows;
        if (rowOfStrip == 0)
            FetchStrip();
        _nextRow++;
        var stride = StoredSize.Width * _pixels.BytesPerPixel;
        var row = new ReadOnlySpan<byte>((byte*)_strip + ((nint)stride * rowOfStrip), stride);
        return _pixels.IsRgb8 ? row : ToRgb(row);
    }

    private void FetchStrip()
    {
        NetVips.NetVips.Free(_strip);
        _strip = VipsLibrary.RegionFetch(_region, 0, _nextRow, StoredSize.Width, Math.Min(StripRows, StoredSize.Height - _nextRow), out _);
        if (_strip == 0)
        {
            // The exception takes what libvips says from its error buffer, which all threads share, and empties it: a hint for the log only.
            var cause = new VipsException($"{_format.Name()} row {_nextRow}");
            throw new ImageException(ImageFault.Corrupt, $"The {_format.Name()} image is damaged or truncated at row {_nextRow} of {StoredSize.Height}.", cause);
        }
    }

    private ReadOnlySpan<byte> ToRgb(ReadOnlySpan<byte> row)
    {
        var width = StoredSize.Width;
        if (_pixels.Depth != SampleDepth.UInt8)
        {
            _samples ??= ArrayPool<byte>.Shared.Rent(width * _pixels.Layout.Channels());
            _pixels.Depth.To8Bit(row, _samples.AsSpan(0, width * _pixels.Layout.Channels()));
            row = _samples;
        }

        _rgb ??= ArrayPool<byte>.Shared.Rent(width * 3);
        _pixels.Layout.ToRgb(row, _rgb.AsSpan(0, width * 3), _background);
        return _rgb.AsSpan(0, width * 3);
    }

    private int? Field(string name) => _image.Contains(name) && _image.Get(name) is int value ? value : null;

    private static Source NewSource(ReadOnlyMemory<byte> encoded) =>
        MemoryMarshal.TryGetArray(encoded, out var array) && array.Offset == 0 && array.Count == array.Array!.Length
            ? Source.NewFromMemory(array.Array) // pinned, not copied
            : Source.NewFromMemory(encoded.Span);

    protected override void Dispose(bool disposing)
    {
        NetVips.NetVips.Free(_strip);
        _strip = 0;
        _region?.Dispose();
        _image?.Dispose();
        _source?.Dispose();
        Return(ref _samples);
        Return(ref _rgb);
    }

    private static void Return(ref byte[]? buffer)
    {
        if (Interlocked.Exchange(ref buffer, null) is { } rented)
            ArrayPool<byte>.Shared.Return(rented);
    }
}
