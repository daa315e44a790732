namespace ResNetService.Imaging.Decoding;

/// <summary>
/// An image whose header has been read and whose pixels have not: 8-bit RGB rows, top to bottom as stored, each handed out once.
/// Nothing larger than a strip of rows is held.
/// </summary>
/// <remarks>Throws <see cref="ImageException"/> alone. Used by one thread at a time.</remarks>
internal abstract class RowSource : IDisposable
{
    /// <summary>As the header says.</summary>
    public abstract ImageSize StoredSize { get; }

    /// <summary>Of the rows that are handed out: StoredSize unless <see cref="Reduce"/> has made it smaller.</summary>
    public virtual ImageSize DecodedSize => StoredSize;

    public virtual int Frames => 1;

    public virtual Orientation Orientation => Orientation.Normal;

    /// <summary>
    /// Before the first row: asks for an image of 1/<paramref name="divisor"/> the size, of which whatever costs nothing to leave out is
    /// left out while decoding. JPEG alone has that; the others stay as they are.
    /// </summary>
    /// <param name="divisor">2, 4 or 8.</param>
    public virtual void Reduce(int divisor)
    {
    }

    /// <summary>The next row, DecodedSize.Width * 3 bytes, valid until the next call or <see cref="Dispose()"/>.</summary>
    public abstract ReadOnlySpan<byte> NextRow();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
