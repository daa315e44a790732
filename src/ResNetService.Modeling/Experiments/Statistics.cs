using ResNetService.Modeling.Numerics;

namespace ResNetService.Modeling.Experiments;

internal static class Statistics
{
    /// <summary>NaN of nothing.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var all = values.ToArray();
        return all.Length == 0 ? double.NaN : Distribution.Median(all);
    }
}
