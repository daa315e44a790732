using System.ComponentModel.DataAnnotations;
using System.Globalization;
using ResNetService.Imaging;

namespace ResNetService.Inference;

/// <summary>Which images are decoded, and how. Configuration section <c>Imaging</c>.</summary>
public sealed class ImagingOptions
{
    public const string Section = "Imaging";

    private static readonly ImageLimits Limits = new();

    /// <summary>Bytes of an encoded image. A body is held in memory until its answer begins.</summary>
    [Range(1L, int.MaxValue)]
    public long MaxBytes { get; set; } = Limits.MaxBytes;

    /// <summary>Width times height, as the header says: refused before a pixel is decoded, since a small file can unpack to minutes of work.</summary>
    [Range(1L, 1_000_000_000L)]
    public long MaxPixels { get; set; } = Limits.MaxPixels;

    /// <summary>Width and height, each, in pixels: rows are buffered whole.</summary>
    [Range(1, 1_000_000)]
    public int MaxSide { get; set; } = Limits.MaxSide;

    /// <summary>Frames or pages, of which the first is classified; the file may have to be searched for them all.</summary>
    [Range(1, 1_000_000)]
    public int MaxFrames { get; set; } = Limits.MaxFrames;

    /// <summary>Whether images are turned as their EXIF orientation says. torchvision's loaders do not turn them; people and phones do.</summary>
    public bool ApplyOrientation { get; set; } = true;

    /// <summary>The colour under transparent pixels, RRGGBB.</summary>
    [RegularExpression("^[0-9A-Fa-f]{6}$", ErrorMessage = "Imaging:Background must be six hexadecimal digits, RRGGBB.")]
    public string Background { get; set; } = "FFFFFF";

    /// <summary><c>Libvips</c>, which is built in; <c>TurboJpeg</c>: the system's libjpeg-turbo, which is faster, or no start; <c>Auto</c>: that where it is installed, else libvips. The pixels are the same.</summary>
    [InstalledJpegDecoder]
    public JpegDecoder JpegDecoder { get; set; } = JpegDecoder.Auto;

    /// <summary>Whether <see href="#fast-decoding">large JPEG images are decoded at a part of their size</see>: faster, and no longer exact.</summary>
    public bool FastDecode { get; set; }

    internal ImageDecoder CreateDecoder() => new(
        new ImageLimits { MaxBytes = MaxBytes, MaxPixels = MaxPixels, MaxSide = MaxSide, MaxFrames = MaxFrames },
        new DecodeOptions
        {
            ApplyOrientation = ApplyOrientation,
            Background = int.Parse(Background, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            JpegDecoder = JpegDecoder,
            FastDecode = FastDecode,
        });
}
