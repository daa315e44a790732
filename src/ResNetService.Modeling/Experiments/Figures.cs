using System.Globalization;

namespace ResNetService.Modeling.Experiments;

/// <summary>Numbers as a page shows them.</summary>
internal static class Figures
{
    /// <param name="fraction">0 to 1.</param>
    public static string Percent(double fraction) => double.IsNaN(fraction) ? "-" : (100 * fraction).ToString("F2", CultureInfo.InvariantCulture) + " %";

    /// <summary>Percentage points between two fractions, without sign.</summary>
    public static string Points(double difference) => (100 * Math.Abs(difference)).ToString("F2", CultureInfo.InvariantCulture) + " points";

    /// <summary>Three digits.</summary>
    public static string Short(double value) => double.IsNaN(value) ? "-" : double.IsInfinity(value) ? "∞" : value.ToString("G3", CultureInfo.InvariantCulture);

    public static string Millions(long value) => (value / 1e6).ToString("F2", CultureInfo.InvariantCulture);

    public static string Minutes(double seconds) => (seconds / 60).ToString("F1", CultureInfo.InvariantCulture);
}
