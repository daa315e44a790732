using System.Globalization;
using ResNetService.Modeling.Plotting;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace ResNetService.Modeling.Experiments;

/// <summary>Plots of lines, in colours that people with any colour vision tell apart (Okabe and Ito's).</summary>
internal static class Chart
{
    private static readonly Color[] Palette = [.. new[] { "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000" }.Select(Color.FromHex)];

    /// <param name="wholeNumbers">Whether the horizontal axis counts.</param>
    /// <param name="logarithmic">Whether the values are logarithms, and the vertical axis shows what they are logarithms of.</param>
    public static Plot Create(string title, string horizontalAxis, string verticalAxis, bool wholeNumbers = true, bool logarithmic = false)
    {
        var plot = PlotFiles.Create(title, horizontalAxis, verticalAxis);
        plot.Axes.Bottom.TickGenerator = Ticks(wholeNumbers);
        var ticks = Ticks(wholeNumbers: false);
        if (logarithmic)
            ticks.LabelFormatter = exponent => Math.Pow(10, exponent).ToString("G2", CultureInfo.InvariantCulture);
        plot.Axes.Left.TickGenerator = ticks;
        return plot;
    }

    /// <param name="series">Decides the colour.</param>
    /// <param name="name">For the legend; null where another line has it.</param>
    /// <param name="values">At 1, 2, 3, … unless <paramref name="positions"/> says otherwise; those that are no number are left out.</param>
    public static void Line(this Plot plot, int series, string? name, IReadOnlyList<double> values, IReadOnlyList<double>? positions = null, bool dashed = false, bool marked = false)
    {
        var points = values.Select((value, i) => new Coordinates(positions?[i] ?? i + 1, value)).Where(point => double.IsFinite(point.Y)).ToArray();
        if (points.Length == 0)
            return;
        var line = plot.Add.Scatter(points, Palette[series % Palette.Length]);
        line.LineWidth = 2;
        line.MarkerSize = marked ? 6 : 0;
        line.LinePattern = dashed ? LinePattern.Dashed : LinePattern.Solid;
        if (name is not null)
            line.LegendText = name;
    }

    /// <summary>A level to compare with.</summary>
    public static void Level(this Plot plot, int series, double value)
    {
        var line = plot.Add.HorizontalLine(value, 1, Palette[series % Palette.Length], LinePattern.Dotted);
        line.EnableAutoscale = true;
    }

    private static NumericAutomatic Ticks(bool wholeNumbers) => new()
    {
        IntegerTicksOnly = wholeNumbers,
        MinorTickGenerator = new EvenlySpacedMinorTickGenerator(1),
        TickDensity = 0.7,
    };
}
