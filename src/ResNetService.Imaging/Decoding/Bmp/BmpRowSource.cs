using System.Buffers;

namespace ResNetService.Imaging.Decoding.Bmp;

/// <summary>
/// Rows of a BMP, which libvips reads only through ImageMagick. They come in the order of the file; bottom to top is expressed
/// as an orientation.
/// </summary>
internal sealed class BmpRowSource : RowSource
{
    private readonly ReadOnlyMemory<byte> _pixels;
    private readonly BmpHeader _header;
    private readonly int _background;
    private readonly BmpRunLength? _runs;
    private byte[] _buffer = [];
    private int _nextRow;

    public BmpRowSource(ReadOnlyMemory<byte> encoded, int background)
    {
        _header = BmpHeader.Read(encoded.Span);
        _background = background;
        _pixels = encoded[_header.PixelOffset..];
        if (_header.Compression is BmpCompression.RunLength4 or BmpCompression.RunLength8)
            _runs = new(_pixels, _header);
        // The last row may lack its padding.
        else if (_pixels.Length < (_header.Stride * (_header.Height - 1)) + RowBytes)
            throw BmpHeader.Corrupt($"{_pixels.Length} bytes of pixels are too few for {_header.Width} x {_header.Height} of {_header.BitsPerPixel} bits");
    }

    public override ImageSize StoredSize => new(_header.Width, _header.Height);

    public override Orientation Orientation => new(MirrorX: false, MirrorY: !_header.TopDown, Transpose: false);

    // Rented at the first row: a header's size is not trusted with memory before the limits were checked.
    public override ReadOnlySpan<byte> NextRow()
    {
        var width = _header.Width;
        if (_buffer.Length == 0)
            _buffer = ArrayPool<byte>.Shared.Rent(width * (3 + 4));
        var rgb = _buffer.AsSpan(0, width * 3);
        var scratch = _buffer.AsSpan(width * 3);
        if (_header.BitsPerPixel <= 8)
            ReadIndexed(rgb, scratch[..width]);
        else
            ReadMasked(rgb, scratch[..(width * 4)]);
        _nextRow++;
        return rgb;
    }

    protected override void Dispose(bool disposing)
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private long RowBytes => (((long)_header.Width * _header.BitsPerPixel) + 7) / 8;

    private ReadOnlySpan<byte> StoredRow => _pixels.Span.Slice((int)(_header.Stride * _nextRow), (int)RowBytes);

    private void ReadIndexed(Span<byte> rgb, Span<byte> indices)
    {
        if (_runs is not null)
            _runs.NextRow(indices);
        else
            Unpack(StoredRow, _header.BitsPerPixel, indices);
        for (var x = 0; x < indices.Length; x++)
            _header.Palette.AsSpan(indices[x] * 3, 3).CopyTo(rgb[(x * 3)..]);
    }

    // The leftmost pixel is in the highest bits.
    private static void Unpack(ReadOnlySpan<byte> row, int bits, Span<byte> indices)
    {
        var perByte = 8 / bits;
        for (var x = 0; x < indices.Length; x++)
            indices[x] = (byte)((row[x / perByte] >> (8 - bits - (x % perByte * bits))) & ((1 << bits) - 1));
    }

    private void ReadMasked(Span<byte> rgb, Span<byte> rgba)
    {
        var row = StoredRow;
        var (masks, bytes) = (_header.Masks, _header.BitsPerPixel / 8);
        for (int x = 0, i = 0; x < _header.Width; x++, i += bytes)
        {
            var pixel = (uint)(row[i] | (row[i + 1] << 8));
            if (bytes > 2)
                pixel |= (uint)row[i + 2] << 16;
            if (bytes > 3)
                pixel |= (uint)row[i + 3] << 24;
            rgba[x * 4] = BmpMasks.Extract(pixel, masks.Red);
            rgba[(x * 4) + 1] = BmpMasks.Extract(pixel, masks.Green);
            rgba[(x * 4) + 2] = BmpMasks.Extract(pixel, masks.Blue);
            rgba[(x * 4) + 3] = masks.Alpha == 0 ? byte.MaxValue : BmpMasks.Extract(pixel, masks.Alpha);
        }

        ChannelLayout.Rgba.ToRgb(rgba, rgb, _background);
    }
}
