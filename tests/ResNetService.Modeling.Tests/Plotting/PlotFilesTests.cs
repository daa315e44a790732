using System.Xml.Linq;
using ResNetService.Modeling.Plotting;
using SkiaSharp;

namespace ResNetService.Modeling.Tests.Plotting;

public sealed class PlotFilesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("resnet-plot-");

    private string Target => Path.Combine(_directory.FullName, "plot");

    [Fact]
    public void Save_PlotWithTexts_WritesThemAsTextInTheSvg()
    {
        PlotFiles.Save(PlotFiles.Create("Degradation", "epoch", "error, %"), Target);

        var texts = XDocument.Load(Target + ".svg").Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value.Trim()).ToArray();
        Assert.Contains("Degradation", texts);
        Assert.Contains("epoch", texts);
        Assert.Contains("error, %", texts);
    }

    /// <summary>Where Skia has no font it draws no text, without an error.</summary>
    [Fact]
    public void Save_PlotWithTitle_DrawsItInThePng()
    {
        PlotFiles.Save(PlotFiles.Create(".", "", ""), Target);
        var dot = DarkPixelsOfTheTop();
        PlotFiles.Save(PlotFiles.Create("Degradation ±σ ∑", "", ""), Target);

        Assert.InRange(DarkPixelsOfTheTop(), dot + 100, int.MaxValue);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private int DarkPixelsOfTheTop()
    {
        using var image = SKBitmap.Decode(Target + ".png");
        return image.Pixels.Take(image.Width * 30).Count(pixel => pixel.Red < 128);
    }
}
