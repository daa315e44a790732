namespace ResNetService.Imaging.Resampling;

/// <summary>One axis of Resize followed by CenterCrop: which of the resized pixels are wanted, and where they go.</summary>
/// <param name="Source">Pixels of the image along this axis.</param>
/// <param name="Resized">Pixels after resizing; the ones outside the crop are never computed.</param>
/// <param name="First">First resized pixel inside the crop.</param>
/// <param name="Count">Resized pixels inside the crop.</param>
/// <param name="Padding">Zero pixels before them, where the resized image is smaller than the crop.</param>
internal readonly record struct CropAxis(int Source, long Resized, long First, int Count, int Padding)
{
    /// <summary>
    /// torchvision's <c>Resize(resize)</c> and <c>CenterCrop(crop)</c> (<c>functional.center_crop</c>), for both axes.
    /// </summary>
    /// <param name="placement">Another size and place than <paramref name="resize"/> and the centre; null for those.</param>
    public static (CropAxis X, CropAxis Y) Plan(ImageSize size, int resize, int crop, CropPlacement? placement = null)
    {
        var (width, height) = ResizedSize(size, placement?.ShorterSide ?? resize);
        return (Crop(size.Width, width, crop, placement?.X), Crop(size.Height, height, crop, placement?.Y));
    }

    /// <summary>Width and height after torchvision's <c>Resize(resize)</c> (<c>_compute_resized_output_size</c>).</summary>
    public static (long Width, long Height) ResizedSize(ImageSize size, int resize)
    {
        var (shorter, longer) = (Math.Min(size.Width, size.Height), Math.Max(size.Width, size.Height));
        // Exact products, one division rounded to double, cut off: as in Python.
        var resizedLonger = (long)((double)((long)resize * longer) / shorter);
        return (size.Width == shorter ? resize : resizedLonger, size.Height == shorter ? resize : resizedLonger);
    }

    /// <summary>Where a crop begins that lies in the middle, as torchvision rounds it.</summary>
    public static long CenterOffset(long resized, int crop) => (long)Math.Round((resized - crop) / 2.0, MidpointRounding.ToEven);

    /// <param name="place">From 0, at the beginning, to below 1; null for the centre.</param>
    private static CropAxis Crop(int source, long resized, int crop, double? place)
    {
        if (resized < crop)
            return new(source, resized, First: 0, (int)resized, Padding: (crop - (int)resized) / 2);
        var first = place is { } p ? (long)(p * (resized - crop + 1)) : CenterOffset(resized, crop);
        return new(source, resized, first, crop, Padding: 0);
    }
}
