namespace ResNetService.Imaging.Decoding;

/// <summary>The rows of an image that is decoded already.</summary>
internal sealed class RgbImageRows(RgbImage image) : RowSource
{
    private int _nextRow;

    public override ImageSize StoredSize => new(image.Width, image.Height);

    public override ReadOnlySpan<byte> NextRow() => image.Pixels.Slice(_nextRow++ * image.Width * 3, image.Width * 3);

    protected override void Dispose(bool disposing)
    {
        // The image is the caller's.
    }
}
