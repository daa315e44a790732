using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Resampling;

/// <summary>Pillow's filter functions (Resample.c), in units of source pixels when enlarging and of destination pixels when shrinking.</summary>
internal static class Filter
{
    /// <summary>Half the width of the filter.</summary>
    public static double Support(this Interpolation interpolation) => interpolation switch
    {
        Interpolation.Bilinear => 1,
        Interpolation.Bicubic => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "unknown filter"),
    };

    public static double Weight(this Interpolation interpolation, double distance) =>
        interpolation == Interpolation.Bilinear ? Triangle(Math.Abs(distance)) : Cubic(Math.Abs(distance));

    private static double Triangle(double x) => x < 1 ? 1 - x : 0;

    // Keys' cubic convolution. The order of the operations is Pillow's: the weights are rounded later.
    private static double Cubic(double x)
    {
        const double A = -0.5;
        if (x < 1)
            return ((((A + 2) * x) - (A + 3)) * x * x) + 1;
        return x < 2 ? ((((x - 5) * x) + 8) * x - 4) * A : 0;
    }
}
