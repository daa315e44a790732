namespace ResNetService.Imaging.Decoding;

/// <summary>
/// An image whose header has been read and whose pixels have not: 8-bit RGB rows, top to bottom as stored, each handed out once.
/// Nothing larger than a strip of rows is held.
/// </summary>
/// <remarks>Throws <see cref="ImageException"/> alone. Used by one thread at a time.</remarks>
internal abstract class RowSource : IDisposable
{
    public abstract ImageSize StoredSize { get; }

    public virtual int Frames => 1;

    public virtual Orientation Orientation => Orientation.Normal;

    /// <summary>The next row, StoredSize.Width * 3 bytes, valid until the next call or <see cref="Dispose()"/>.</summary>
    public abstract ReadOnlySpan<byte> NextRow();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
