using System.Globalization;

namespace ResNetService.Modeling.Quantization;

/// <summary>A report for people: what counts, in a few lines.</summary>
internal static class QuantizationText
{
    private const int NoisiestShown = 5;

    public static IEnumerable<string> Lines(QuantizationReport report)
    {
        var comparison = report.Comparison;
        yield return Show($"{report.Layers.Count(layer => layer.Precision == "int8")} of {report.Layers.Count} operators in int8, {report.Float32Bytes / 1e6:F1} MB to {report.Int8Bytes / 1e6:F1} MB");
        foreach (var reason in report.Layers.Where(layer => layer.Reason is not null).GroupBy(layer => layer.Reason))
            yield return $"  fp32: {string.Join(", ", reason.Select(layer => layer.Name))}: {reason.Key}";
        yield return $"ranges by {string.Join(", ", report.Tensors.CountBy(tensor => tensor.Method).OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Key} ({count.Value})"))}";
        yield return $"lowest signal-to-noise ratios: {string.Join(", ", report.Layers.Where(layer => layer.SignalToNoise is not null).OrderBy(layer => layer.SignalToNoise).Take(NoisiestShown).Select(layer => Show($"{layer.Name} {layer.SignalToNoise:F1} dB")))}";
        if (comparison is { Float32: { } before, Int8: { } after })
            yield return Show($"{comparison.Images} images: top-1 {before.Top1:P2} to {after.Top1:P2}, top-5 {before.Top5:P2} to {after.Top5:P2}");
        yield return Show($"{comparison.Images} images{(report.Test is null ? " set aside from calibration" : "")}: the same best class {comparison.Agreement:P2}; its probability changes by {comparison.MeanChange:F4} on the average, {comparison.LargestChange:F4} at most");
    }

    private static string Show(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
