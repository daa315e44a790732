using TorchSharp.Modules;

namespace ResNetService.Modeling.Architectures;

/// <summary>Shape of one image's signal, [C,H,W]; or a vector of features, [C], whose height and width count as 1.</summary>
internal readonly record struct FeatureShape(int Channels, int Height, int Width)
{
    public bool IsVector { get; private init; }

    public static FeatureShape Vector(int length) => new(length, 1, 1) { IsVector = true };

    /// <exception cref="InvalidOperationException">The convolution wants other channels, or a larger input.</exception>
    public FeatureShape Conv(Conv2d layer)
    {
        if (layer.in_channels != Channels)
            throw new InvalidOperationException($"a convolution of {layer.in_channels} channels is given {this}");
        var (kernel, stride, padding) = (layer.kernel_size!, layer.stride!, layer.padding!);
        return new((int)layer.out_channels, Extent(Height, kernel[0], stride[0], padding[0]), Extent(Width, kernel[1], stride[1], padding[1]));
    }

    /// <exception cref="InvalidOperationException">The input is smaller than the window.</exception>
    public FeatureShape Pool(Pooling pooling) => new(Channels, pooling.Extent(Height), pooling.Extent(Width));

    public FeatureShape Subsample(int stride) => new(Channels, Extent(Height, 1, stride, 0), Extent(Width, 1, stride, 0));

    public FeatureShape Flatten() => Vector(Channels * Height * Width);

    /// <exception cref="InvalidOperationException">The layer wants a vector of another length.</exception>
    public FeatureShape Linear(Linear layer) => this == Vector((int)layer.in_features)
        ? Vector((int)layer.out_features)
        : throw new InvalidOperationException($"a linear layer of {layer.in_features} features is given {this}");

    /// <exception cref="InvalidOperationException">They differ.</exception>
    public FeatureShape Like(FeatureShape other) => this == other ? this : throw new InvalidOperationException($"{this} and {other} are combined element by element");

    /// <exception cref="InvalidOperationException">Heights or widths differ.</exception>
    public static FeatureShape Concat(IEnumerable<FeatureShape> shapes) => shapes.Aggregate((one, next) => (one.Height, one.Width) == (next.Height, next.Width)
        ? one with { Channels = one.Channels + next.Channels }
        : throw new InvalidOperationException($"{one} and {next} are put side by side"));

    public bool IsOfSize(FeatureShape other) => (Height, Width) == (other.Height, other.Width);

    public override string ToString() => IsVector ? $"[{Channels}]" : $"[{Channels},{Height},{Width}]";

    private static int Extent(int size, long kernel, long stride, long padding) => size + (2 * padding) >= kernel
        ? (int)(((size + (2 * padding) - kernel) / stride) + 1)
        : throw new InvalidOperationException($"a convolution of {kernel}x{kernel} pixels is given {size}");
}

/// <summary>A square pooling window, as PyTorch's pooling layers take it.</summary>
/// <param name="CeilMode">Whether the last window may reach past the border, as torchvision's GoogLeNet has it.</param>
internal readonly record struct Pooling(int Kernel, int Stride, int Padding = 0, bool CeilMode = false)
{
    /// <summary>Windows along a side of so many pixels.</summary>
    public int Extent(int size)
    {
        var free = size + (2 * Padding) - Kernel;
        if (free < 0)
            throw new InvalidOperationException($"a window of {Kernel} pixels is given {size}");
        var extent = ((CeilMode ? free + Stride - 1 : free) / Stride) + 1;

        // PyTorch leaves out a last window that would begin in the padding.
        return CeilMode && (extent - 1) * Stride >= size + Padding ? extent - 1 : extent;
    }

    /// <summary>Padding that the end of a side needs for its last window to be whole; at least <see cref="Padding"/> unless pixels stay unused.</summary>
    public int EndPadding(int size) => Math.Max(((Extent(size) - 1) * Stride) + Kernel - size - Padding, 0);
}
