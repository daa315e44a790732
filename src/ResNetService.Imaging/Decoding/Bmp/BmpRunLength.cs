namespace ResNetService.Imaging.Decoding.Bmp;

/// <summary>
/// RLE4 and RLE8 of BMP, row by row. Pixels that the stream skips have index 0; runs that leave the row are cut, as in Pillow.
/// Every step consumes input, so a row takes no longer than the file is.
/// </summary>
internal sealed class BmpRunLength(ReadOnlyMemory<byte> stream, BmpHeader header)
{
    private const int EndOfLine = 0;
    private const int EndOfBitmap = 1;
    private const int Delta = 2;

    private readonly bool _nibbles = header.Compression == BmpCompression.RunLength4;
    private int _position;
    private int _row;

    // Where the next pixel goes; its row is ahead of _row after a delta.
    private int _x;
    private int _y;

    /// <param name="indices">One palette index a pixel.</param>
    /// <exception cref="ImageException">The stream ends before the image does.</exception>
    public void NextRow(Span<byte> indices)
    {
        indices.Clear();
        var last = _row == header.Height - 1;
        while (_y == _row && !(last && _x >= indices.Length))
            Step(indices);
        _row++;
    }

    private void Step(Span<byte> indices)
    {
        var (count, value) = (Take(1)[0], Take(1)[0]);
        if (count > 0)
        {
            Run(indices, count, value);
            return;
        }

        switch (value)
        {
            case EndOfLine:
                (_x, _y) = (0, _y + 1);
                break;
            case EndOfBitmap:
                _y = int.MaxValue;
                break;
            case Delta:
                var move = Take(2);
                (_x, _y) = (Math.Min(_x + move[0], indices.Length), _y + move[1]);
                break;
            default:
                Literal(indices, value);
                break;
        }
    }

    private void Run(Span<byte> indices, int count, byte value)
    {
        // Cut before the loop: a stream may consist of nothing but what leaves the row.
        var visible = Math.Min(count, indices.Length - _x);
        for (var i = 0; i < visible; i++)
            indices[_x++] = _nibbles ? Nibble(value, i) : value;
    }

    private void Literal(Span<byte> indices, int count)
    {
        var bytes = _nibbles ? (count + 1) / 2 : count;
        var values = Take(bytes);
        var visible = Math.Min(count, indices.Length - _x);
        for (var i = 0; i < visible; i++)
            indices[_x++] = _nibbles ? Nibble(values[i / 2], i) : values[i];
        // Literals are padded to 16 bits; the stream may end before a last padding byte.
        _position += Math.Min(bytes & 1, stream.Length - _position);
    }

    private static byte Nibble(byte pair, int i) => (byte)(i % 2 == 0 ? pair >> 4 : pair & 15);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (stream.Length - _position < count)
            throw BmpHeader.Corrupt($"the run-length stream ends in row {_row} of {header.Height}");
        _position += count;
        return stream.Span.Slice(_position - count, count);
    }
}
