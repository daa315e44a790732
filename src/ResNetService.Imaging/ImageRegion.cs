using ResNetService.Imaging.Resampling;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging;

/// <summary>A part of an image in its pixels, to fractions of them; <paramref name="Left"/> and <paramref name="Top"/> count from its upper left corner.</summary>
public readonly record struct ImageRegion(double Left, double Top, double Width, double Height)
{
    /// <summary>
    /// What of an image a network sees after resizing and cropping. It reaches beyond the image, with negative <see cref="Left"/> and
    /// <see cref="Top"/>, where that is smaller than the crop and was padded.
    /// </summary>
    /// <param name="size">Of the upright image.</param>
    public static ImageRegion Seen(PreprocessingSpec spec, ImageSize size)
    {
        var (x, y) = CropAxis.Plan(size, spec.Resize, spec.InputSize);
        var (left, width) = Along(x, spec.InputSize);
        var (top, height) = Along(y, spec.InputSize);
        return new(left, top, width, height);
    }

    private static (double Start, double Length) Along(CropAxis axis, int crop)
    {
        var pixel = (double)axis.Source / axis.Resized;
        return ((axis.First - axis.Padding) * pixel, crop * pixel);
    }
}
