using System.Globalization;
using ResNetService.Modeling.Plotting;
using ScottPlot;

namespace ResNetService.Modeling.Evaluation;

/// <summary>The reliability diagram (Guo et al., 2017, figure 1): accuracy over confidence, bin by bin; a calibrated model's bars end at the diagonal.</summary>
internal static class ReliabilityPlot
{
    /// <summary>Room above the bars for the numbers.</summary>
    private const double Top = 1.06;

    /// <param name="path">Without extension.</param>
    public static void Save(Calibration calibration, string path)
    {
        var error = (100 * calibration.ExpectedError).ToString("F2", CultureInfo.InvariantCulture);
        var plot = PlotFiles.Create($"Reliability: expected calibration error {error} %", "confidence: probability of the best class", "accuracy: images whose best class is right");
        var bins = calibration.Bins.Where(bin => bin.Images > 0).ToArray();
        var bars = plot.Add.Bars(bins.Select(bin => new Bar
        {
            Position = (bin.Lower + bin.Upper) / 2,
            Value = bin.Accuracy!.Value,
            Size = bin.Upper - bin.Lower,
            FillColor = Colors.SteelBlue,
            LineColor = Colors.White,
            Label = bin.Images.ToString(CultureInfo.InvariantCulture),
        }).ToArray());
        bars.LegendText = "accuracy, with the number of images";

        var confidences = plot.Add.ScatterPoints(bins.Select(bin => bin.Confidence!.Value).ToArray(), [.. bins.Select(bin => bin.Accuracy!.Value)], Colors.Black);
        confidences.MarkerSize = 6;
        confidences.LegendText = "at the bin's mean confidence";

        var diagonal = plot.Add.Line(0, 0, 1, 1);
        (diagonal.Color, diagonal.LineWidth, diagonal.LinePattern, diagonal.LegendText) = (Colors.DarkOrange, 2, LinePattern.Dashed, "calibrated");
        plot.Axes.SetLimits(0, 1, 0, Top);
        plot.ShowLegend(Alignment.UpperLeft);
        PlotFiles.Save(plot, path, width: 700, height: 600);
    }
}
