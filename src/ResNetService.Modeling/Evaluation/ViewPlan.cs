using ResNetService.Imaging;
using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Evaluation;

/// <summary>A part of an image that the network is shown.</summary>
/// <param name="Resize">Length of the whole image's shorter side, in pixels.</param>
/// <param name="Window">Part of the resized image.</param>
/// <param name="Weight">How often the view counts in the average; above 1 where several views coincide.</param>
internal readonly record struct View(int Resize, CropWindow Window, int Weight = 1);

/// <summary>Where the views of an image lie.</summary>
internal static class ViewPlan
{
    /// <summary>Shorter sides "in {224, 256, 384, 480, 640}" (section 3.4).</summary>
    public static IReadOnlyList<int> Scales { get; } = [224, 256, 384, 480, 640];

    /// <summary>Pixels that a step on the last map of an ImageNet network is wide. Sides are multiples of it, so that no layer cuts a border off.</summary>
    private const int Stride = 32;

    /// <summary>torchvision's <c>five_crop</c> of the resized image: its corners and its centre. They coincide where the image leaves no choice.</summary>
    /// <param name="size">Of the image.</param>
    /// <param name="spec">Its <see cref="PreprocessingSpec.Resize"/> is at least its <see cref="PreprocessingSpec.InputSize"/>.</param>
    public static IReadOnlyList<View> FiveCrop(ImageSize size, PreprocessingSpec spec)
    {
        var (resized, crop) = (ImagePreprocessor.ResizedSize(size, spec.Resize), spec.InputSize);
        var (right, bottom) = (resized.Width - crop, resized.Height - crop);
        CropWindow[] windows =
        [
            new(0, 0, crop, crop),
            new(right, 0, crop, crop),
            new(0, bottom, crop, crop),
            new(right, bottom, crop, crop),
            CropWindow.Center(resized, crop, crop),
        ];
        return [.. windows.GroupBy(window => window).Select(same => new View(spec.Resize, same.Key, same.Count()))];
    }

    /// <summary>
    /// The whole image at each size, but for a border of the longer side that is less than <see cref="Stride"/> pixels, or that exceeds
    /// <see cref="PreprocessingSpec.MaxInputSize"/>.
    /// </summary>
    /// <param name="size">Of the image.</param>
    /// <param name="scales">Lengths of the shorter side, in pixels; each a multiple of 32.</param>
    public static IReadOnlyList<View> MultiScale(ImageSize size, IReadOnlyList<int> scales) => [.. scales.Select(scale =>
    {
        var resized = ImagePreprocessor.ResizedSize(size, scale);
        return new View(scale, CropWindow.Center(resized, Side(resized.Width), Side(resized.Height)));
    })];

    private static int Side(int pixels) => Math.Min(pixels, PreprocessingSpec.MaxInputSize) / Stride * Stride;
}
