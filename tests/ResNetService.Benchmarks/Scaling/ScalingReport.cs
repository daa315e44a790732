using ResNetService.Benchmarks.Reports;
using ResNetService.Modeling.Experiments;
using ResNetService.Modeling.Plotting;

namespace ResNetService.Benchmarks.Scaling;

/// <summary>The points of one run as CSV, as a table and as plots.</summary>
internal static class ScalingReport
{
    public static void WriteCsv(string path, IEnumerable<ScalingPoint> points) =>
        CsvFile.Write(path, "dimension,value,label,metric,result", points.Select(point => new object[] { point.Dimension, point.Value, point.Label, point.Metric, point.Result }));

    /// <summary>A row for each value, a column for each metric.</summary>
    public static MarkdownTable Table(ScalingDimension dimension, IReadOnlyList<ScalingPoint> points)
    {
        string[] metrics = [.. points.Select(point => point.Metric).Distinct()];
        var table = new MarkdownTable([dimension.Name, .. metrics]);
        foreach (var value in points.GroupBy(point => point.Label))
            table.Add([value.Key, .. metrics.Select(metric => Show.Number(value.FirstOrDefault(point => point.Metric == metric)?.Result, "G3"))]);
        return table;
    }

    /// <summary>Writes <c>path.svg</c> and <c>path.png</c>: cost over the value, from zero, so that proportion is seen as proportion.</summary>
    public static void WritePlot(string path, ScalingDimension dimension, IReadOnlyList<ScalingPoint> points)
    {
        var plot = Chart.Create(dimension.Name, dimension.Axis, "", wholeNumbers: false);
        foreach (var (series, metric) in points.GroupBy(point => point.Metric).Index())
            plot.Line(series, metric.Key, [.. metric.Select(point => point.Result)], [.. metric.Select(point => point.Value)], marked: true);
        plot.Axes.SetLimits(left: 0, bottom: 0);
        plot.ShowLegend(ScottPlot.Alignment.UpperLeft);
        PlotFiles.Save(plot, path);
    }
}
