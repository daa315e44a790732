using System.Globalization;
using System.Xml.Linq;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Evaluation;
using ResNetService.Modeling.Tests.Training;
using SkiaSharp;

namespace ResNetService.Modeling.Tests.Evaluation;

public sealed class ConfusionPlotTests : IDisposable
{
    /// <summary>Width that the colour bar and its numbers take at the right, in pixels.</summary>
    private const int ColorBar = 75;

    private readonly TemporaryFolder _folder = new();

    private string Target => Path.Combine(_folder.Path, "confusion");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void Save_FewClasses_NamesThem(int classes)
    {
        Save(classes);

        var texts = Texts();
        Assert.All(Enumerable.Range(0, classes), index => Assert.Contains($"class {index}", texts));
        Assert.InRange(Pixels().Length, 300 * 300, 1300 * 1300);
    }

    [Theory]
    [InlineData(21)]
    [InlineData(1000)]
    [InlineData(2500)]
    public void Save_ManyClasses_NumbersTheirPlaces(int classes)
    {
        Save(classes);

        var texts = Texts();
        Assert.DoesNotContain("class 0", texts);
        Assert.Contains("1", texts);
        Assert.Contains(classes.ToString(CultureInfo.InvariantCulture), texts);
        Assert.InRange(Pixels().Length, 300 * 300, 1300 * 1300);
    }

    /// <summary>Everything right: darkest on the diagonal from the upper left, lightest elsewhere; nothing between.</summary>
    [Fact]
    public void Save_Diagonal_IsDark()
    {
        Save(60);

        using var image = SKBitmap.Decode(Target + ".png");
        var (left, right, top, bottom) = Cells(image);
        Assert.Equal(Dark, image.GetPixel(left + 2, top + 2));
        Assert.Equal(Dark, image.GetPixel(right - 2, bottom - 2));
        Assert.Equal(Light, image.GetPixel(right - 2, top + 2));
        Assert.Equal(Light, image.GetPixel(left + 2, bottom - 2));
    }

    private static SKColor Dark => SKColor.Parse("#08306B");

    private static SKColor Light => SKColor.Parse("#F7FBFF");

    /// <summary>Where the matrix lies: the columns and rows with the lightest colour.</summary>
    private static (int Left, int Right, int Top, int Bottom) Cells(SKBitmap image)
    {
        var light = image.Pixels.Index().Where(p => p.Item == Light).Select(p => (X: p.Index % image.Width, Y: p.Index / image.Width)).Where(p => p.X < image.Width - ColorBar).ToArray();
        return (light.Min(p => p.X), light.Max(p => p.X), light.Min(p => p.Y), light.Max(p => p.Y));
    }


    private SKColor[] Pixels()
    {
        using var image = SKBitmap.Decode(Target + ".png");
        return image.Pixels;
    }

    private HashSet<string> Texts() =>
        [.. XDocument.Load(Target + ".svg").Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value.Trim())];

    /// <summary>One image a class, every one right.</summary>
    private void Save(int classes)
    {
        var matrix = new ConfusionMatrix();
        for (var i = 0; i < classes; i++)
            matrix.Add(i, i);
        ConfusionPlot.Save(matrix, [.. Enumerable.Range(0, classes).Select(i => new Label($"class {i}"))], Target);
    }
}
