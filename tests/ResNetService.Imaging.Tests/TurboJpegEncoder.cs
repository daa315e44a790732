using System.Runtime.InteropServices;
using ResNetService.Imaging.Decoding.TurboJpeg;

namespace ResNetService.Imaging.Tests;

/// <summary>JPEG images of every subsampling, by libjpeg-turbo's encoder: libvips writes 4:4:4 and 4:2:0 alone.</summary>
internal static unsafe class TurboJpegEncoder
{
    private const int Progressive = 16_384;

    /// <summary>TJSAMP: the factors of the other columns and rows to a sample of colour.</summary>
    public enum Subsampling
    {
        None,
        Half,
        Quarter,
        Gray,
        Rows,
        Fourth,
    }

    public static byte[] Encode(RgbImage image, Subsampling subsampling, int quality, bool progressive)
    {
        var library = NativeLibrary.Load(TurboJpegLibrary.FileName);
        var create = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "tjInitCompress");
        var compress = (delegate* unmanaged<nint, byte*, int, int, int, int, byte**, CULong*, int, int, int, int>)NativeLibrary.GetExport(library, "tjCompress2");
        var free = (delegate* unmanaged<byte*, void>)NativeLibrary.GetExport(library, "tjFree");
        var destroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "tjDestroy");
        var compressor = create();
        byte* jpeg = null;
        CULong length = default;
        fixed (byte* pixels = image.Pixels)
            Assert.Equal(0, compress(compressor, pixels, image.Width, 0, image.Height, 0, &jpeg, &length, (int)subsampling, quality, progressive ? Progressive : 0));
        var encoded = new ReadOnlySpan<byte>(jpeg, (int)length.Value).ToArray();
        free(jpeg);
        _ = destroy(compressor);
        return encoded;
    }
}
