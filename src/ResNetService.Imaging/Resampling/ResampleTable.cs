using System.Buffers;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Resampling;

/// <summary>
/// The weights of one axis: for each output pixel a window of source pixels and their weights as integers with
/// <see cref="FractionBits"/> fractional bits. Pillow's <c>precompute_coeffs</c> and <c>normalize_coeffs_8bpc</c> (Resample.c).
/// </summary>
/// <remarks>An output is clip((2^21 + sum of weight * pixel) >> 22, 0, 255). The sum stays within 32 bits: the weights of a bicubic window add up to less than 1.5 in absolute value.</remarks>
internal sealed class ResampleTable : IDisposable
{
    /// <summary>32 bits less 8 of the pixel and 2 for weights above 1 and sums of both signs.</summary>
    public const int FractionBits = 32 - 8 - 2;

    private readonly Window[] _windows;
    private readonly int[] _weights;
    private readonly int _stride;

    /// <param name="mirrored">The source pixels come in reverse order. Every output is the same integer sum, with its terms in another order.</param>
    public ResampleTable(CropAxis axis, Interpolation interpolation, bool mirrored)
    {
        Count = axis.Count;
        Mirrored = mirrored;
        var scale = (double)axis.Source / axis.Resized;
        var support = interpolation.Support() * Math.Max(scale, 1);
        _stride = (int)Math.Min(axis.Source, ((long)Math.Ceiling(support) * 2) + 1);
        _windows = ArrayPool<Window>.Shared.Rent(Count);
        _weights = ArrayPool<int>.Shared.Rent(checked(Count * _stride));
        var exact = ArrayPool<double>.Shared.Rent(_stride);
        (SourceStart, SourceEnd) = (axis.Source, 0);
        for (var output = 0; output < Count; output++)
            AddWindow(output, axis, interpolation, scale, support, exact);
        ArrayPool<double>.Shared.Return(exact);
    }

    /// <summary>Number of outputs.</summary>
    public int Count { get; }

    public bool Mirrored { get; }

    /// <summary>The first source pixel that any output needs.</summary>
    public int SourceStart { get; private set; }

    /// <summary>One after the last source pixel that any output needs.</summary>
    public int SourceEnd { get; private set; }

    /// <summary>The widest window, in source pixels.</summary>
    public int MaxTaps { get; private set; }

    /// <summary>First source pixel of an output's window.</summary>
    public int Start(int output) => _windows[output].Start;

    /// <summary>Weights of the source pixels from <see cref="Start"/> on; at least one.</summary>
    public ReadOnlySpan<int> Weights(int output) => _weights.AsSpan((output * _stride) + _windows[output].Offset, _windows[output].Taps);

    public void Dispose()
    {
        ArrayPool<Window>.Shared.Return(_windows);
        ArrayPool<int>.Shared.Return(_weights);
    }

    private void AddWindow(int output, CropAxis axis, Interpolation interpolation, double scale, double support, double[] exact)
    {
        var center = (axis.First + output + 0.5) * scale;
        var start = Math.Max((int)(center - support + 0.5), 0);
        var taps = Math.Min((int)(center + support + 0.5), axis.Source) - start;
        var inverseScale = 1 / Math.Max(scale, 1);
        var sum = 0.0;
        for (var tap = 0; tap < taps; tap++)
            sum += exact[tap] = interpolation.Weight((tap + start - center + 0.5) * inverseScale);

        var weights = _weights.AsSpan(output * _stride, taps);
        for (var tap = 0; tap < taps; tap++)
            weights[tap] = ToFixedPoint(sum == 0 ? exact[tap] : exact[tap] / sum);
        if (Mirrored)
        {
            weights.Reverse();
            start = axis.Source - start - taps;
        }

        // Pillow multiplies by the zeros at the window's ends; without them an unscaled axis is a window of one.
        var first = weights.IndexOfAnyExcept(0);
        var last = weights.LastIndexOfAnyExcept(0);
        _windows[output] = new(start + first, first, last + 1 - first);
        SourceStart = Math.Min(SourceStart, start + first);
        SourceEnd = Math.Max(SourceEnd, start + last + 1);
        MaxTaps = Math.Max(MaxTaps, last + 1 - first);
    }

    // Half away from zero.
    private static int ToFixedPoint(double weight)
    {
        var scaled = weight * (1 << FractionBits);
        return (int)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }

    private readonly record struct Window(int Start, int Offset, int Taps);
}
