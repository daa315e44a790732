namespace ResNetService.Modeling.Training;

/// <summary>
/// How an image is varied: padded by 4 black pixels on each side, cropped to its size at random, and mirrored with probability
/// one half (paper, section 4.2). Black as torchvision's <c>RandomCrop</c> pads, hence not zero once normalised.
/// </summary>
/// <param name="Left">Of the crop, relative to the image without padding; -4 to 4 pixels.</param>
/// <param name="Top">Likewise.</param>
internal readonly record struct Augmentation(int Left, int Top, bool Mirrored)
{
    public const int Padding = 4;

    /// <summary>The image as it is.</summary>
    public static Augmentation None => default;

    /// <summary>The variation of an image in an epoch.</summary>
    public static Augmentation Draw(int seed, int epoch, int image)
    {
        var random = SeededRandom.For(seed, epoch, image);
        return new(random.Next((2 * Padding) + 1) - Padding, random.Next((2 * Padding) + 1) - Padding, random.Next(2) == 1);
    }
}
