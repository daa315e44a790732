using System.ComponentModel.DataAnnotations;
using System.Globalization;
using ResNetService.Imaging;

namespace ResNetService.Inference;

/// <summary>Which images are decoded, and how. Configuration section <c>Imaging</c>.</summary>
public sealed class ImagingOptions
{
    public const string Section = "Imaging";

    private static readonly ImageLimits Limits = new();

    /// <summary>Size of an encoded image, in bytes; default 20,000,000.</summary>
    [Range(1L, int.MaxValue)]
    public long MaxBytes { get; set; } = Limits.MaxBytes;

    /// <summary>Width times height, as the header says; default 50,000,000.</summary>
    [Range(1L, 1_000_000_000L)]
    public long MaxPixels { get; set; } = Limits.MaxPixels;

    /// <summary>Width and height, each; default 16,384.</summary>
    [Range(1, 1_000_000)]
    public int MaxSide { get; set; } = Limits.MaxSide;

    /// <summary>Frames or pages, of which the first is classified; default 1000.</summary>
    [Range(1, 1_000_000)]
    public int MaxFrames { get; set; } = Limits.MaxFrames;

    /// <summary>Whether images are turned as their EXIF orientation says; default true. torchvision's loaders do not turn them.</summary>
    public bool ApplyOrientation { get; set; } = true;

    /// <summary>The colour under transparent pixels, as RRGGBB; default FFFFFF, white.</summary>
    [RegularExpression("^[0-9A-Fa-f]{6}$", ErrorMessage = "Imaging:Background must be six hexadecimal digits, RRGGBB.")]
    public string Background { get; set; } = "FFFFFF";

    /// <summary>
    /// <c>Libvips</c>: what the service brings. <c>TurboJpeg</c>: the system's libjpeg-turbo, which is faster, or no start. <c>Auto</c>
    /// (default): libjpeg-turbo where the system has it, else libvips. The pixels are the same.
    /// </summary>
    [InstalledJpegDecoder]
    public JpegDecoder JpegDecoder { get; set; } = JpegDecoder.Auto;

    internal ImageDecoder CreateDecoder() => new(
        new ImageLimits { MaxBytes = MaxBytes, MaxPixels = MaxPixels, MaxSide = MaxSide, MaxFrames = MaxFrames },
        new DecodeOptions
        {
            ApplyOrientation = ApplyOrientation,
            Background = int.Parse(Background, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            JpegDecoder = JpegDecoder,
        });
}
