namespace ResNetService.Modeling.Quantization;

/// <summary>A way to choose the range of a tensor from the values that it had on the calibration images.</summary>
/// <param name="Name">As reports have it.</param>
internal sealed record RangeMethod(string Name, Func<ValueHistogram, ActivationRange> Choose)
{
    /// <summary>Where two choose the same range, or do equally well, the first has it.</summary>
    public static IReadOnlyList<RangeMethod> All { get; } =
    [
        new("min-max", values => new(values.Low, values.High)),
        new("mean-min-max", values => new(values.MeanLow, values.MeanHigh)),
        new("percentile-99.999", values => Percentile(values, 0.99999)),
        new("percentile-99.99", values => Percentile(values, 0.9999)),
        new("percentile-99.9", values => Percentile(values, 0.999)),
        new("entropy", EntropyCalibration.Choose),
    ];

    /// <summary>The range within which that fraction of the values lies, cut off at the same distance from 0 on both sides.</summary>
    private static ActivationRange Percentile(ValueHistogram values, double fraction)
    {
        var magnitudes = values.Magnitudes();
        var outside = (1 - fraction) * (magnitudes.Sum() + values.Zeros);
        var bin = magnitudes.Length;
        for (var beyond = 0L; bin > 1 && beyond + magnitudes[bin - 1] <= outside; bin--)
            beyond += magnitudes[bin - 1];
        return values.Clip(bin * values.Width);
    }
}
