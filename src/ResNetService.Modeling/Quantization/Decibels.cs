namespace ResNetService.Modeling.Quantization;

internal static class Decibels
{
    /// <summary>10 log10 of signal over noise, both as sums of squares; null where either is nothing.</summary>
    public static double? Of(double signal, double noise) => signal > 0 && noise > 0 ? 10 * Math.Log10(signal / noise) : null;
}
