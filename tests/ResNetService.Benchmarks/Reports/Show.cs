using System.Globalization;

namespace ResNetService.Benchmarks.Reports;

/// <summary>Quantities as tables show them; what was not measured is a dash.</summary>
internal static class Show
{
    public static string Rate(double? perSecond) => Number(perSecond, perSecond >= 100 ? "F0" : "F1");

    public static string Ratio(double? ratio) => Number(ratio, "F2");

    /// <summary>Three digits, and all those before the point.</summary>
    public static string ThreeDigits(double? value) => Number(value, value >= 100 ? "F0" : "G3");

    /// <param name="seconds">Shown in milliseconds.</param>
    public static string Milliseconds(double? seconds) => Number(1e3 * seconds, seconds >= 0.1 ? "F0" : seconds >= 0.01 ? "F1" : "F2");

    /// <param name="seconds">Shown in microseconds.</param>
    public static string Microseconds(double? seconds) => Number(1e6 * seconds, "F0");

    public static string Percent(double? fraction) => fraction is { } number && double.IsFinite(number) ? Number(100 * number, "F1") + " %" : "-";

    /// <param name="bytes">Shown in MB of 10^6 bytes.</param>
    public static string Megabytes(double? bytes) => Number(bytes / 1e6, "F0");

    public static string Number(double? value, string format) =>
        value is { } number && double.IsFinite(number) ? number.ToString(format, CultureInfo.InvariantCulture) : "-";
}
