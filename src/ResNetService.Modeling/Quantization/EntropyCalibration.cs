namespace ResNetService.Modeling.Quantization;

/// <summary>
/// The range that loses the least information: that whose quantized distribution has the smallest Kullback-Leibler divergence from the
/// distribution of the values, with those beyond the range counted at its end.
/// </summary>
/// <remarks>S. Migacz, "8-bit Inference with TensorRT", GPU Technology Conference 2017.</remarks>
internal static class EntropyCalibration
{
    /// <summary>In how many steps ranges are tried, from one bin a level to all bins.</summary>
    private const int Steps = 128;

    public static ActivationRange Choose(ValueHistogram values)
    {
        var magnitudes = values.Magnitudes();
        int levels = values.Low < 0 ? sbyte.MaxValue : byte.MaxValue;
        var (best, smallest) = (magnitudes.Length, double.PositiveInfinity);
        for (var step = Steps; step > 0; step--)
        {
            var bins = levels + ((magnitudes.Length - levels) * step / Steps);
            var divergence = Divergence(magnitudes, bins, levels);
            if (divergence < smallest)
                (best, smallest) = (bins, divergence);
        }

        return values.Clip(best * values.Width);
    }

    /// <param name="bins">Of the magnitudes, from 0: the range that is tried.</param>
    private static double Divergence(ReadOnlySpan<long> magnitudes, int bins, int levels)
    {
        var within = magnitudes[..bins];
        var beyond = Sum(magnitudes[bins..]);
        var (inside, total) = (Sum(within), Sum(within) + beyond);
        if (inside == 0)
            return double.PositiveInfinity;

        var divergence = 0.0;
        for (var level = 0; level < levels; level++)
        {
            var (begin, end) = ((int)((long)level * bins / levels), (int)((level + 1L) * bins / levels));
            var group = within[begin..end];
            var (count, occupied) = (Sum(group), group.Length - System.MemoryExtensions.Count(group, 0L));
            for (var i = begin; i < end; i++)
            {
                var actual = within[i] + (i == bins - 1 ? beyond : 0);
                if (actual == 0)
                    continue;
                // The end of the range may be occupied by what lies beyond it alone. A divergence from nothing has no bound: half a value stands for it.
                var (p, q) = ((double)actual / total, (within[i] == 0 ? 0.5 : (double)count / occupied) / inside);
                divergence += p * Math.Log(p / q);
            }
        }

        return divergence;
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
            sum += count;
        return sum;
    }
}
