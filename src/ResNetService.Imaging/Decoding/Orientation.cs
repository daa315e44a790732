namespace ResNetService.Imaging.Decoding;

/// <summary>
/// How the stored pixels are turned to be looked at: first mirrored along either axis of the stored image, then transposed
/// (rows become columns). The eight values of EXIF tag 0x0112 (EXIF 2.32, 4.6.4) are the eight combinations.
/// </summary>
internal readonly record struct Orientation(bool MirrorX, bool MirrorY, bool Transpose)
{
    public static Orientation Normal => default;

    /// <summary>A value outside 1 to 8 means nothing and turns nothing, as in Pillow's <c>exif_transpose</c>.</summary>
    public static Orientation FromExif(int value) => value switch
    {
        2 => new(MirrorX: true, MirrorY: false, Transpose: false),
        3 => new(MirrorX: true, MirrorY: true, Transpose: false),
        4 => new(MirrorX: false, MirrorY: true, Transpose: false),
        5 => new(MirrorX: false, MirrorY: false, Transpose: true),
        6 => new(MirrorX: false, MirrorY: true, Transpose: true),
        7 => new(MirrorX: true, MirrorY: true, Transpose: true),
        8 => new(MirrorX: true, MirrorY: false, Transpose: true),
        _ => Normal,
    };

    public ImageSize Apply(ImageSize stored) => Transpose ? new(stored.Height, stored.Width) : stored;

    /// <summary>Writes one stored row to where it lies in the turned image.</summary>
    /// <param name="row">Stored row <paramref name="y"/>, RGB.</param>
    /// <param name="turned">The whole turned image, RGB.</param>
    public void WriteRow(ReadOnlySpan<byte> row, int y, ImageSize stored, Span<byte> turned)
    {
        var along = MirrorY ? stored.Height - 1 - y : y;
        if (!Transpose && !MirrorX)
        {
            row.CopyTo(turned[(along * stored.Width * 3)..]);
            return;
        }

        for (var x = 0; x < stored.Width; x++)
        {
            var across = MirrorX ? stored.Width - 1 - x : x;
            var pixel = Transpose ? (across * stored.Height) + along : (along * stored.Width) + across;
            row.Slice(x * 3, 3).CopyTo(turned.Slice(pixel * 3, 3));
        }
    }
}
