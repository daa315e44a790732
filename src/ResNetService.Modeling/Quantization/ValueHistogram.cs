namespace ResNetService.Modeling.Quantization;

/// <summary>
/// The distribution of a tensor's values over many images, in constant memory: bins of equal width on both sides of 0. Where a value lies
/// beyond the last bin, two bins become one until it does not.
/// </summary>
internal sealed class ValueHistogram
{
    /// <summary>On each side of 0.</summary>
    public const int Bins = 4096;

    private readonly long[] _counts = new long[2 * Bins];
    private double _lowSum, _highSum;
    private int _images;

    /// <summary>Of a bin; 0 while all values are 0.</summary>
    public double Width { get; private set; }

    public double Low { get; private set; }

    public double High { get; private set; }

    /// <summary>Mean over the images of each image's smallest value, or 0 where that is above.</summary>
    public double MeanLow => _lowSum / Math.Max(1, _images);

    public double MeanHigh => _highSum / Math.Max(1, _images);

    /// <summary>Whether no value was a NaN or an infinity. Where one was, the rest means nothing.</summary>
    public bool IsFinite { get; private set; } = true;

    /// <summary>Values that are exactly 0: any scale represents them.</summary>
    public long Zeros { get; private set; }

    /// <summary>Of values other than 0 by distance from it, the nearest first.</summary>
    public long[] Magnitudes()
    {
        var magnitudes = new long[Bins];
        for (var i = 0; i < Bins; i++)
            magnitudes[i] = _counts[Bins + i] + _counts[Bins - 1 - i];
        return magnitudes;
    }

    /// <summary>The part of all values' range that lies within a distance of 0.</summary>
    public ActivationRange Clip(double magnitude) => new(Math.Max(Low, -magnitude), Math.Min(High, magnitude));

    /// <param name="values">Of one image.</param>
    public void Add(ReadOnlySpan<float> values)
    {
        var (low, high) = (0f, 0f);
        foreach (var value in values)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        // A NaN is the smallest and the largest value.
        IsFinite &= float.IsFinite(low) && float.IsFinite(high);
        if (!IsFinite)
            return;
        (Low, High) = (Math.Min(Low, low), Math.Max(High, high));
        (_lowSum, _highSum, _images) = (_lowSum + low, _highSum + high, _images + 1);
        Widen(Math.Max(high, -low));
        if (Width == 0)
        {
            Zeros += values.Length;
            return;
        }

        var perUnit = (float)(1 / Width);
        foreach (var value in values)
        {
            if (value == 0)
                Zeros++;
            else
                _counts[Math.Clamp((int)MathF.Floor(value * perUnit) + Bins, 0, (2 * Bins) - 1)]++;
        }
    }

    private void Widen(double magnitude)
    {
        if (Width == 0)
        {
            Width = magnitude / Bins;
            return;
        }

        while (magnitude > Width * Bins)
        {
            Width *= 2;
            // Outwards from 0, so that no bin is read after it was written.
            for (var i = 0; i < Bins; i++)
            {
                var (near, far) = (2 * i, (2 * i) + 1);
                _counts[Bins + i] = far < Bins ? _counts[Bins + near] + _counts[Bins + far] : 0;
                _counts[Bins - 1 - i] = far < Bins ? _counts[Bins - 1 - near] + _counts[Bins - 1 - far] : 0;
            }
        }
    }
}
