using ResNetService.Benchmarks.Reports;
using ResNetService.Modeling.Experiments;
using ResNetService.Modeling.Plotting;

namespace ResNetService.Benchmarks.Scaling;

/// <summary>The points of one run as CSV, as a table and as plots.</summary>
internal static class ScalingReport
{
    private const int PlotWidth = 640;
    private const int PlotHeight = 480;

    public static void WriteCsv(string path, IEnumerable<ScalingPoint> points) =>
        CsvFile.Write(path, "dimension,value,label,metric,unit,result", points.Select(point => new object[] { point.Dimension, point.Value, point.Label, point.Metric, point.Unit, point.Result }));

    /// <summary>A row for each value, a column for each metric.</summary>
    public static MarkdownTable Table(ScalingDimension dimension, IReadOnlyList<ScalingPoint> points)
    {
        (string Metric, string Unit)[] metrics = [.. points.Select(point => (point.Metric, point.Unit)).Distinct()];
        var table = new MarkdownTable([dimension.Name, .. metrics.Select(metric => $"{metric.Metric}, {metric.Unit}")]);
        foreach (var value in points.GroupBy(point => point.Label))
            table.Add([value.Key, .. metrics.Select(metric => Show.ThreeDigits(value.FirstOrDefault(point => point.Metric == metric.Metric)?.Result))]);
        return table;
    }

    /// <summary>Writes <c>path.svg</c> and <c>path.png</c>: a plot for each unit, with both axes from zero, so that proportion is seen as proportion.</summary>
    public static void WritePlot(string path, ScalingDimension dimension, IReadOnlyList<ScalingPoint> points)
    {
        var plots = points.GroupBy(point => point.Unit).Select(unit => Plot(dimension, unit)).ToArray();
        PlotFiles.Save(plots, columns: plots.Length, path, width: PlotWidth * plots.Length, height: PlotHeight);
    }

    private static ScottPlot.Plot Plot(ScalingDimension dimension, IGrouping<string, ScalingPoint> unit)
    {
        var plot = Chart.Create(dimension.Name, dimension.Axis, unit.Key, wholeNumbers: false);
        foreach (var (series, metric) in unit.GroupBy(point => point.Metric).Index())
            plot.Line(series, metric.Key, [.. metric.Select(point => point.Result)], [.. metric.Select(point => point.Value)], marked: true);
        plot.Axes.AutoScale();
        plot.Axes.SetLimits(left: 0, bottom: 0);
        plot.ShowLegend(ScottPlot.Alignment.UpperLeft);
        return plot;
    }
}
