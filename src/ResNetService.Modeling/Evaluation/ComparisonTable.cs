using System.Globalization;
using ResNetService.Modeling.Tables;

namespace ResNetService.Modeling.Evaluation;

/// <summary>Several models in one table, beside what the authors of their architectures report.</summary>
internal static class ComparisonTable
{
    private static readonly string[] Header =
        ["model", "layers", "parameters", "top-1 error, %", "top-5 error, %", "ECE, %", "images/s", "published top-1, %", "published top-5, %"];

    /// <summary>For people: columns of equal width, sources of the published figures below.</summary>
    public static IEnumerable<string> Text(IReadOnlyList<EvaluationSummary> models)
    {
        foreach (var line in TextTable.Lines(models.Select(Cells).Prepend(Header)))
            yield return line;
        foreach (var published in models.Where(model => model.Published is not null).GroupBy(model => model.Architecture))
            yield return $"published of {published.Key}: {published.First().Published!.Source}";
    }

    /// <summary>For programs: every field of <see cref="EvaluationSummary"/>.</summary>
    public static IEnumerable<string> CsvLines(IReadOnlyList<EvaluationSummary> models) =>
    [
        Csv.Line(
        [
            "model", "architecture", "layers", "parameters", "precision", "provider", "dataset", "views", "images", "top1_correct", "top5_correct",
            "top1_error", "top5_error", "loss", "expected_calibration_error", "images_per_second", "published_top1_error", "published_top5_error", "published_source",
        ]),
        .. models.Select(m => Csv.Line(
        [
            m.Model, m.Architecture, m.Layers, m.Parameters, m.Precision.ToString().ToLowerInvariant(), m.Provider, m.Dataset, m.Views, m.Images, m.Top1Correct, m.Top5Correct,
            m.Top1Error, m.Top5Error, m.Loss, m.ExpectedCalibrationError, m.ImagesPerSecond, m.Published?.Top1, m.Published?.Top5, m.Published?.Source,
        ])),
    ];

    private static string[] Cells(EvaluationSummary model) =>
    [
        model.Model,
        Show(model.Layers, "N0"),
        Show(model.Parameters, "N0"),
        Show(model.Top1Error, "F2"),
        Show(model.Top5Error, "F2"),
        Show(100 * model.ExpectedCalibrationError, "F2"),
        Show(model.ImagesPerSecond, "F1"),
        Show(model.Published?.Top1, "F2"),
        Show(model.Published?.Top5, "F2"),
    ];

    private static string Show(IFormattable? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
