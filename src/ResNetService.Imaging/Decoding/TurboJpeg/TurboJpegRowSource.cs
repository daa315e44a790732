using System.Buffers;
using ResNetService.Imaging.Decoding.Containers;
using ResNetService.Imaging.Decoding.Vips;

namespace ResNetService.Imaging.Decoding.TurboJpeg;

/// <summary>
/// Rows of a JPEG image that the system's libjpeg-turbo decodes, as a whole, when the first is asked for. Where it has the least to
/// complain of, libvips decodes the image: what is refused, and with which words, is one decoder's decision.
/// </summary>
internal sealed class TurboJpegRowSource : RowSource
{
    // The interface has no strips. A larger image than this, 12 MB, goes to libvips, which needs none of it at once.
    private const int MaxPixels = 4_000_000;

    private readonly TurboJpegLibrary _library;
    private readonly ReadOnlyMemory<byte> _encoded;
    private readonly DecodeOptions _options;
    private byte[] _pixels = [];
    private RowSource? _other;
    private int _nextRow;

    private TurboJpegRowSource(TurboJpegLibrary library, ReadOnlyMemory<byte> encoded, ImageSize size, DecodeOptions options)
    {
        (_library, _encoded, StoredSize, _options) = (library, encoded, size, options);
        Orientation = options.ApplyOrientation ? Exif.Orientation(ImageFormat.Jpeg, encoded.Span) : Orientation.Normal;
    }

    public override ImageSize StoredSize { get; }

    public override Orientation Orientation { get; }

    /// <summary>Reads the header. Null for what is libvips' to decode: damaged headers, large images, all but sequential Huffman-coded 8-bit images of the common kinds.</summary>
    /// <remarks>How a progressive image is smoothed where its encoder left coefficients out differs between versions.</remarks>
    public static TurboJpegRowSource? TryOpen(TurboJpegLibrary library, ReadOnlyMemory<byte> encoded, DecodeOptions options) =>
        JpegContainer.IsSequential(encoded.Span)
        && library.ReadHeader(encoded.Span) is { IsCommon: true, Size: var size }
        && (long)size.Width * size.Height <= MaxPixels
            ? new(library, encoded, size, options)
            : null;

    public override ReadOnlySpan<byte> NextRow()
    {
        if (_nextRow == 0)
            Decode();
        var (row, stride) = (_nextRow++, StoredSize.Width * 3);
        return _other is null ? _pixels.AsSpan(row * stride, stride) : _other.NextRow();
    }

    protected override void Dispose(bool disposing)
    {
        if (_pixels.Length > 0)
            ArrayPool<byte>.Shared.Return(_pixels);
        _pixels = [];
        _other?.Dispose();
    }

    private void Decode()
    {
        var length = StoredSize.Width * StoredSize.Height * 3;
        _pixels = ArrayPool<byte>.Shared.Rent(length);
        if (!_library.TryDecode(_encoded.Span, StoredSize, _pixels.AsSpan(0, length)))
            _other = new VipsRowSource(_encoded, ImageFormat.Jpeg, _options);
    }
}
