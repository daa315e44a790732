namespace ResNetService.Modeling.Evaluation;

/// <summary>
/// How far the probability of the best class is that of being right: expected calibration error over 15 bins of equal width
/// ("On Calibration of Modern Neural Networks", Guo et al., 2017, section 2).
/// </summary>
internal sealed class Calibration
{
    public const int BinCount = 15;

    private readonly int[] _images = new int[BinCount];
    private readonly int[] _correct = new int[BinCount];
    private readonly double[] _confidence = new double[BinCount];

    /// <param name="confidence">Probability of the best class, above 0 and at most 1.</param>
    public void Add(double confidence, bool correct)
    {
        // Bin m, from 0, is (m / 15, (m + 1) / 15]. A sum of rounded probabilities may exceed 1 by its last digit.
        var bin = Math.Clamp((int)Math.Ceiling(confidence * BinCount) - 1, 0, BinCount - 1);
        _images[bin]++;
        _correct[bin] += correct ? 1 : 0;
        _confidence[bin] += confidence;
    }

    public IReadOnlyList<CalibrationBin> Bins => [.. Enumerable.Range(0, BinCount).Select(bin => new CalibrationBin(
        (double)bin / BinCount,
        (double)(bin + 1) / BinCount,
        _images[bin],
        _images[bin] == 0 ? null : (double)_correct[bin] / _images[bin],
        _images[bin] == 0 ? null : _confidence[bin] / _images[bin]))];

    /// <summary>The mean over all images of |accuracy - confidence| of their bin, 0 to 1.</summary>
    public double ExpectedError => Enumerable.Range(0, BinCount).Sum(bin => Math.Abs(_correct[bin] - _confidence[bin])) / Math.Max(1, _images.Sum());
}

/// <param name="Lower">Confidences above it and up to <paramref name="Upper"/>.</param>
/// <param name="Accuracy">Fraction of the images whose best class was right; null where there is no image.</param>
/// <param name="Confidence">Mean probability of the best class; null where there is no image.</param>
internal sealed record CalibrationBin(double Lower, double Upper, int Images, double? Accuracy, double? Confidence);
