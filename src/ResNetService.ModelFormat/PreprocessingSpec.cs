namespace ResNetService.ModelFormat;

/// <summary>
/// How a photograph becomes the network's input, exactly as the network was trained: resize the shorter side, crop the
/// centre square, scale, normalise. The numbers belong to a checkpoint, not to an architecture, so they are data.
/// </summary>
/// <remarks>The geometry is that of torchvision's <c>Resize</c> and <c>CenterCrop</c> on Pillow images.</remarks>
public sealed record PreprocessingSpec
{
    /// <summary>Side of the square that the network sees, in pixels; 1 to <see cref="MaxInputSize"/>.</summary>
    public required int InputSize { get; init; }

    /// <summary>Length of the shorter side after resizing, before the centre crop, in pixels; 1 to <see cref="MaxResize"/>.</summary>
    public required int Resize { get; init; }

    /// <summary><see cref="InputSize"/> / <see cref="Resize"/> as checkpoints publish it (timm's <c>crop_pct</c>); above 0.</summary>
    public double CropPct => (double)InputSize / Resize;

    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    public ColorOrder ColorOrder { get; init; } = ColorOrder.Rgb;

    /// <summary>Factor from the 8-bit pixel (0 to 255) to the unit of <see cref="Mean"/> and <see cref="Std"/>; 1/255 in most checkpoints.</summary>
    public double Scale { get; init; } = 1.0 / 255;

    /// <summary>Subtracted from the scaled pixel, one value a channel in <see cref="ColorOrder"/>.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0.485, 0.456, 0.406];

    /// <summary>Divides the difference, one value a channel in <see cref="ColorOrder"/>; above 0.</summary>
    public IReadOnlyList<double> Std { get; init; } = [0.229, 0.224, 0.225];

    public const int MaxInputSize = 4096;
    public const int MaxResize = 16_384;

    /// <summary>Resize(256), CenterCrop(224), ImageNet mean and deviation: the evaluation transform of torchvision's ResNets.</summary>
    public static PreprocessingSpec ImageNet { get; } = new() { InputSize = 224, Resize = 256 };

    /// <summary>32x32 without a border, with ImageNet's mean and deviation, as the CIFAR networks here are trained.</summary>
    public static PreprocessingSpec Cifar { get; } = new() { InputSize = 32, Resize = 32 };

    public bool Equals(PreprocessingSpec? other) =>
        other is not null
        && (InputSize, Resize, Interpolation, ColorOrder, Scale) == (other.InputSize, other.Resize, other.Interpolation, other.ColorOrder, other.Scale)
        && Mean.SequenceEqual(other.Mean)
        && Std.SequenceEqual(other.Std);

    public override int GetHashCode() => HashCode.Combine(InputSize, Resize, Interpolation, ColorOrder, Scale);
}

/// <summary>Pillow's resampling filters that checkpoints are trained with.</summary>
public enum Interpolation
{
    /// <summary>Triangle filter, support 1, antialiased when shrinking.</summary>
    Bilinear,

    /// <summary>Cubic filter with a = -0.5, support 2, antialiased when shrinking.</summary>
    Bicubic,
}

public enum ColorOrder
{
    Rgb,
    Bgr,
}
