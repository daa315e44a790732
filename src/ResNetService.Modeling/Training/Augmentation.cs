using ResNetService.Imaging;

namespace ResNetService.Modeling.Training;

internal enum AugmentationKind
{
    None,

    /// <summary>Padded by 4 black pixels on each side, cropped to its size at random, mirrored half of the time (paper, section 4.2).</summary>
    Shift,

    /// <summary>
    /// The shorter side at random, from the preprocessing's resize to 480/256 of it, a square cut out at random, mirrored half of the time,
    /// and the colour shifted (section 3.4).
    /// </summary>
    Scale,
}

/// <summary>How an image is varied.</summary>
/// <param name="Crop">Size and place of the square that is cut out of the photograph; null as for evaluation.</param>
/// <param name="Left">
/// Of the crop of the padded square, relative to the square; -4 to 4 pixels. Black as torchvision's <c>RandomCrop</c> pads, hence not zero
/// once normalised.
/// </param>
/// <param name="Top">Likewise.</param>
/// <param name="Color">Added to red, green and blue, as a fraction of white.</param>
internal readonly record struct Augmentation(CropPlacement? Crop, int Left, int Top, bool Mirrored, ColorShift Color)
{
    public const int Padding = 4;

    /// <summary>The paper's 480 to 256.</summary>
    private const double LargestScale = 480.0 / 256;

    /// <summary>The image as it is.</summary>
    public static Augmentation None => default;

    /// <summary>The variation of an image in an epoch.</summary>
    /// <param name="resize">The shorter side for evaluation, in pixels.</param>
    public static Augmentation Draw(AugmentationKind kind, int resize, int seed, int epoch, int image)
    {
        var random = SeededRandom.For(seed, epoch, image);
        return kind switch
        {
            AugmentationKind.None => None,
            AugmentationKind.Shift => new(null, random.Next((2 * Padding) + 1) - Padding, random.Next((2 * Padding) + 1) - Padding, random.Next(2) == 1, default),
            _ => new(
                new(random.Next(resize, (int)Math.Round(LargestScale * resize) + 1), random.NextDouble(), random.NextDouble()), 0, 0, random.Next(2) == 1, ColorShift.Draw(random)),
        };
    }
}
