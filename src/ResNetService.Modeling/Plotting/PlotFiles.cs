using ScottPlot;

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
}
