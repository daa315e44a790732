namespace ResNetService.Imaging;

/// <summary>A resized image's size and the place of the square that is cut out of it, where they are not those of evaluation.</summary>
/// <param name="ShorterSide">Length of the shorter side after resizing, in pixels; 1 or more.</param>
/// <param name="X">Of the square's left edge: 0 is the image's, and values towards 1 come near the rightmost place that there is. 0 to below 1.</param>
/// <param name="Y">Likewise, of the top edge.</param>
public readonly record struct CropPlacement(int ShorterSide, double X, double Y);
