namespace ResNetService.Benchmarks.Measurement;

/// <summary>Order statistics of a sample.</summary>
internal static class Distribution
{
    /// <summary>The smallest value that at least so large a part of the values do not exceed (nearest rank).</summary>
    /// <param name="values">In any order; one or more.</param>
    /// <param name="fraction">Above 0, to 1.</param>
    public static double Percentile(IEnumerable<double> values, double fraction)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fraction);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fraction, 1);
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("there are no values", nameof(values));

        // 0.95 * 20 is a little more than 19 in binary: without the rounding, rank 20.
        var rank = (int)Math.Ceiling(Math.Round(fraction * sorted.Length, 9));
        return sorted[rank - 1];
    }

    /// <summary>The middle value, or the mean of the middle two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("there are no values", nameof(values));
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
