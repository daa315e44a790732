using ScottPlot;
using SkiaSharp;

namespace ResNetService.Modeling.Plotting;

/// <summary>The font of every plot: it comes with the program, since a server often has none, and Skia then draws no text and says nothing.</summary>
internal sealed class PlotFont : IFontResolver
{
    public const string Name = "DejaVu Sans";

    private static readonly Lazy<SKTypeface> Typeface = new(Load);

    /// <summary>For every name that ScottPlot asks for.</summary>
    public SKTypeface CreateTypeface(string fontName, bool bold, bool italic) => Typeface.Value;

    public SKTypeface CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => Typeface.Value;

    private static SKTypeface Load()
    {
        var assembly = typeof(PlotFont).Assembly;
        var resource = assembly.GetManifestResourceNames().Single(name => name.EndsWith(".ttf", StringComparison.Ordinal));
        using var stream = assembly.GetManifestResourceStream(resource)!;
        return SKTypeface.FromStream(stream) ?? throw new InvalidOperationException($"the font {resource} cannot be read");
    }
}
