using NetVips;
using ResNetService.Imaging.Decoding.Vips;

namespace ResNetService.Imaging.Rendering;

public static class PngFile
{
    /// <param name="rgb">[height, width, 3].</param>
    /// <returns>The pixels as a PNG file.</returns>
    public static byte[] Write(ReadOnlySpan<byte> rgb, int width, int height)
    {
        VipsLibrary.EnsureConfigured();
        using var image = Image.NewFromMemoryCopy(rgb, width, height, 3, Enums.BandFormat.Uchar);
        return image.PngsaveBuffer();
    }
}
