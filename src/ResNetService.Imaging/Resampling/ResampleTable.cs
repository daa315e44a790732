using System.Buffers;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Resampling;

/// <summary>
/// The weights of one axis: for each output pixel a window of source pixels and their weights as integers with
/// <see cref="FractionBits"/> fractional bits. Pillow's <c>precompute_coeffs</c> and <c>normalize_coeffs_8bpc</c> (Resample.c).
/// </summary>
/// <remarks>
/// An output is clip((2^21 + sum of weight * pixel) >> 22, 0, 255). The sum stays within 32 bits: the weights of a bicubic window
/// add up to less than 1.5 in absolute value. Windows that the image's edge cuts short are filled up with weights of 0.
/// </remarks>
internal sealed class ResampleTable : IDisposable
{
    /// <summary>32 bits less 8 of the pixel and 2 for weights above 1 and sums of both signs.</summary>
    public const int FractionBits = 32 - 8 - 2;

    private readonly CropAxis _axis;
    private readonly Interpolation _interpolation;
    private readonly double _scale;
    private readonly double _filterScale;
    private readonly int[] _starts;
    private readonly int[] _weights;

    /// <param name="mirrored">The source pixels come in reverse order. Every output is the same integer sum, with its terms in another order.</param>
    public ResampleTable(CropAxis axis, Interpolation interpolation, bool mirrored)
    {
        (_axis, _interpolation, Mirrored) = (axis, interpolation, mirrored);
        _scale = (double)axis.Source / axis.Resized;
        _filterScale = Math.Max(_scale, 1);
        for (var output = 0; output < Count; output++)
            Taps = Math.Max(Taps, Window(output).Length);

        _starts = ArrayPool<int>.Shared.Rent(Count);
        _weights = ArrayPool<int>.Shared.Rent(checked(Count * Taps));
        var exact = ArrayPool<double>.Shared.Rent(Taps);
        for (var output = 0; output < Count; output++)
            _starts[output] = FillWindow(output, exact, _weights.AsSpan(output * Taps, Taps));
        ArrayPool<double>.Shared.Return(exact);
        (SourceStart, SourceEnd) = mirrored ? (Starts[^1], Starts[0] + Taps) : (Starts[0], Starts[^1] + Taps);
    }

    /// <summary>Number of outputs.</summary>
    public int Count => _axis.Count;

    /// <summary>Outputs in ascending order have windows in descending order.</summary>
    public bool Mirrored { get; }

    /// <summary>Length of every window, in source pixels.</summary>
    public int Taps { get; }

    /// <summary>The first source pixel that any output needs.</summary>
    public int SourceStart { get; }

    /// <summary>One after the last source pixel that any output needs.</summary>
    public int SourceEnd { get; }

    /// <summary>Source pixels from the first that is needed to the last.</summary>
    public int SourceLength => SourceEnd - SourceStart;

    /// <summary>First source pixel of each output's window. Every window lies within SourceStart to SourceEnd.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count);

    /// <summary><see cref="Taps"/> weights for each output, one after the other.</summary>
    public ReadOnlySpan<int> Weights => _weights.AsSpan(0, Count * Taps);

    /// <summary>The part of an RGB row that any output needs.</summary>
    public ReadOnlySpan<byte> Needed(ReadOnlySpan<byte> row) => row.Slice(SourceStart * 3, SourceLength * 3);

    /// <summary>Of one tap of an output; 0 outside the window.</summary>
    public int Weight(int output, int tap) => (uint)tap < (uint)Taps ? _weights[(output * Taps) + tap] : 0;

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_starts);
        ArrayPool<int>.Shared.Return(_weights);
    }

    private double Center(int output) => (_axis.First + output + 0.5) * _scale;

    private (int Start, int Length) Window(int output)
    {
        var (center, support) = (Center(output), _interpolation.Support() * _filterScale);
        var start = Math.Max((int)(center - support + 0.5), 0);
        return (start, Math.Min((int)(center + support + 0.5), _axis.Source) - start);
    }

    private int FillWindow(int output, double[] exact, Span<int> weights)
    {
        var (start, length) = Window(output);
        var (center, inverse) = (Center(output), 1 / _filterScale);
        var sum = 0.0;
        for (var tap = 0; tap < length; tap++)
            sum += exact[tap] = _interpolation.Weight((tap + start - center + 0.5) * inverse);

        var stored = Mirrored ? _axis.Source - start - length : start;
        var first = Math.Min(stored, _axis.Source - weights.Length);
        weights.Clear();
        for (var tap = 0; tap < length; tap++)
            weights[stored - first + (Mirrored ? length - 1 - tap : tap)] = ToFixedPoint(exact[tap] / sum);
        return first;
    }

    // Half away from zero.
    private static int ToFixedPoint(double weight)
    {
        var scaled = weight * (1 << FractionBits);
        return (int)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
}
