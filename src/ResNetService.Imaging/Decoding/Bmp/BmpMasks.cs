using System.Globalization;
using System.Numerics;

namespace ResNetService.Imaging.Decoding.Bmp;

/// <summary>The bits of a pixel, read as a little-endian number, that hold each channel; an alpha mask of 0 means opaque.</summary>
internal readonly record struct BmpMasks(uint Red, uint Green, uint Blue, uint Alpha)
{
    public static BmpMasks Rgb555 { get; } = new(0x7C00, 0x03E0, 0x001F, 0);

    public static BmpMasks Rgb888 { get; } = new(0xFF0000, 0x00FF00, 0x0000FF, 0);

    /// <summary>Each mask is one run of bits that lies within the pixel. Red, green and blue may be empty: they are then 0.</summary>
    public bool AreValid(int bitsPerPixel) =>
        IsRun(Red, bitsPerPixel) && IsRun(Green, bitsPerPixel) && IsRun(Blue, bitsPerPixel) && IsRun(Alpha, bitsPerPixel);

    /// <summary>The bits of <paramref name="mask"/>, scaled to 0..255 and cut off, as Pillow's unpackers do.</summary>
    public static byte Extract(uint pixel, uint mask)
    {
        if (mask == 0)
            return 0;
        var shift = BitOperations.TrailingZeroCount(mask);
        return (byte)((ulong)((pixel & mask) >> shift) * 255 / (mask >> shift));
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Red:X8} {Green:X8} {Blue:X8} {Alpha:X8}");

    private static bool IsRun(uint mask, int bits) =>
        mask == 0 || (BitOperations.IsPow2((mask >> BitOperations.TrailingZeroCount(mask)) + 1UL) && 32 - BitOperations.LeadingZeroCount(mask) <= bits);
}
