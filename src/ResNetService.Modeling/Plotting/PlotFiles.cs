using ScottPlot;
using SkiaSharp;

namespace ResNetService.Modeling.Plotting;

/// <summary>Makes plots of one look, and writes each as a vector and as a raster image.</summary>
internal static class PlotFiles
{
    static PlotFiles()
    {
        Fonts.FontResolvers.Clear();
        Fonts.FontResolvers.Add(new PlotFont());
        Fonts.Default = Fonts.Sans = Fonts.Serif = Fonts.Monospace = PlotFont.Name;
    }

    /// <summary>An empty plot with its texts; what it shows is added to it.</summary>
    public static Plot Create(string title, string horizontalAxis, string verticalAxis)
    {
        var plot = new Plot();
        plot.Title(title);
        plot.XLabel(horizontalAxis);
        plot.YLabel(verticalAxis);
        return plot;
    }

    /// <summary>Writes <c>path.svg</c> and <c>path.png</c>, over those that are there.</summary>
    /// <param name="width">In pixels, as <paramref name="height"/>.</param>
    /// <exception cref="IOException">One of the two cannot be written.</exception>
    public static void Save(Plot plot, string path, int width = 800, int height = 500)
    {
        File.WriteAllText(path + ".svg", plot.GetSvgXml(width, height));
        File.WriteAllBytes(path + ".png", plot.GetImageBytes(width, height, ImageFormat.Png));
    }

    /// <summary>Writes several plots as one image, row by row.</summary>
    /// <inheritdoc cref="Save(Plot, string, int, int)"/>
    public static void Save(IReadOnlyList<Plot> plots, int columns, string path, int width, int height)
    {
        var rows = (plots.Count + columns - 1) / columns;
        var figure = new Multiplot { Layout = new ScottPlot.MultiplotLayouts.Grid(rows, columns) };
        figure.Reset(plots[0]);
        foreach (var plot in plots.Skip(1))
            figure.AddPlot(plot);

        using (var svg = File.Create(path + ".svg"))
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), svg))
            figure.Render(canvas, new PixelRect(0, width, height, 0));
        using var raster = figure.Render(width, height);
        File.WriteAllBytes(path + ".png", raster.GetImageBytes(ImageFormat.Png));
    }
}
