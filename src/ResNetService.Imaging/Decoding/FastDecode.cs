namespace ResNetService.Imaging.Decoding;

/// <summary>
/// How much smaller a JPEG image may be decoded: its 8 x 8 blocks become 4 x 4, 2 x 2 or single pixels by leaving the higher
/// frequencies out of the inverse transform (libjpeg's <c>scale_denom</c>, Pillow's <c>draft</c>).
/// </summary>
internal static class FastDecode
{
    /// <param name="shorterSide">
    /// That the image will be resized to, in pixels. No side is decoded to less than one and a half times as much: what is left is for the
    /// resampler to take away, whose filter is the one that models are trained with.
    /// </param>
    /// <returns>1, 2, 4 or 8.</returns>
    public static int Divisor(ImageSize size, int shorterSide)
    {
        var divisor = 8;
        while (divisor > 1 && 2L * (Math.Min(size.Width, size.Height) / divisor) < 3L * shorterSide)
            divisor /= 2;
        return divisor;
    }
}
