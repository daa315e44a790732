using System.Runtime.InteropServices;

namespace ResNetService.Imaging.Decoding.TurboJpeg;

/// <summary>The system's libjpeg-turbo, by its TurboJPEG interface (turbojpeg.h), of which versions 2 and 3 have the functions used here.</summary>
/// <remarks>Safe for use by many threads at once: a decompressor lives for one call, and to make one takes a tenth of a microsecond.</remarks>
internal sealed unsafe class TurboJpegLibrary
{
    private const int PixelFormatRgb = 0;
    private const int StopOnWarning = 8192;
    private const int AccurateDct = 4096;

    private static readonly Lazy<TurboJpegLibrary?> Loaded = new(() => Load(FileName));

    private readonly delegate* unmanaged<nint> _initDecompress;
    private readonly delegate* unmanaged<nint, byte*, CULong, int*, int*, int*, int*, int> _decompressHeader;
    private readonly delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int> _decompress;
    private readonly delegate* unmanaged<nint, int> _destroy;

    private TurboJpegLibrary(nint library)
    {
        _initDecompress = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "tjInitDecompress");
        _decompressHeader = (delegate* unmanaged<nint, byte*, CULong, int*, int*, int*, int*, int>)NativeLibrary.GetExport(library, "tjDecompressHeader3");
        _decompress = (delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int>)NativeLibrary.GetExport(library, "tjDecompress2");
        _destroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "tjDestroy");
    }

    /// <summary>Null where the system has none, or one that is too old.</summary>
    public static TurboJpegLibrary? Instance => Loaded.Value;

    /// <summary>The file that the system is asked for.</summary>
    public static string FileName =>
        OperatingSystem.IsWindows() ? "turbojpeg.dll" : OperatingSystem.IsMacOS() ? "libturbojpeg.0.dylib" : "libturbojpeg.so.0";

    /// <summary>Size, subsampling and colours as the header says; null where it cannot be read without a warning.</summary>
    public TurboJpegHeader? ReadHeader(ReadOnlySpan<byte> jpeg)
    {
        var decompressor = Create();
        fixed (byte* data = jpeg)
        {
            int width, height, subsampling, colors;
            var failed = _decompressHeader(decompressor, data, new((uint)jpeg.Length), &width, &height, &subsampling, &colors) != 0;
            _ = _destroy(decompressor);
            return failed ? null : new(new(width, height), (TurboJpegSubsampling)subsampling, (TurboJpegColors)colors);
        }
    }

    /// <param name="size">The image's.</param>
    /// <param name="rgb">size.Height rows of size.Width pixels, without padding.</param>
    /// <returns>False, and unspecified pixels, where anything is odd: an error, or the first warning.</returns>
    public bool TryDecode(ReadOnlySpan<byte> jpeg, ImageSize size, Span<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, size.Width * size.Height * 3);
        var decompressor = Create();
        fixed (byte* data = jpeg, pixels = rgb)
        {
            var result = _decompress(
                decompressor, data, new((uint)jpeg.Length), pixels, size.Width, size.Width * 3, size.Height, PixelFormatRgb, AccurateDct | StopOnWarning);
            _ = _destroy(decompressor);
            return result == 0;
        }
    }

    private nint Create() => _initDecompress() is not 0 and var decompressor ? decompressor : throw new InsufficientMemoryException("libjpeg-turbo cannot make a decompressor.");

    internal static TurboJpegLibrary? Load(string file)
    {
        if (!NativeLibrary.TryLoad(file, typeof(TurboJpegLibrary).Assembly, null, out var library))
            return null;
        try
        {
            return new(library);
        }
        catch (EntryPointNotFoundException)
        {
            NativeLibrary.Free(library);
            return null;
        }
    }
}
