using System.Globalization;
using ResNetService.Modeling.Plotting;
using ScottPlot;
using Label = ResNetService.ModelFormat.Label;

namespace ResNetService.Modeling.Evaluation;

/// <summary>
/// A confusion matrix as a picture: each cell the fraction of its row's images. Up to <see cref="MostNamed"/> classes carry their names and
/// counts; more are shown by their places, and beyond <see cref="MostCells"/> several share a cell.
/// </summary>
internal static class ConfusionPlot
{
    private const int MostNamed = 20;
    private const int MostCells = 1000;
    private const int LongestName = 24;

    /// <summary>ColorBrewer's Blues: one hue, light to dark, so that it is read in any colour vision and in print.</summary>
    private static readonly Color[] Blues = [new("#F7FBFF"), new("#C6DBEF"), new("#6BAED6"), new("#2171B5"), new("#08306B")];

    /// <param name="labels">The model's classes.</param>
    /// <param name="path">Without extension.</param>
    public static void Save(ConfusionMatrix matrix, IReadOnlyList<Label> labels, string path)
    {
        var classes = matrix.Classes;
        var fractions = Fractions(matrix, classes, Math.Min(classes.Count, MostCells));
        var plot = PlotFiles.Create("Confusion matrix: fraction of the images of a class", "predicted class", "actual class");
        var heatmap = plot.Add.Heatmap(fractions);
        heatmap.Colormap = new ScottPlot.Colormaps.CustomInterpolated(Blues);
        heatmap.ManualRange = new(0, 1);
        // A class without images, of which there is no fraction.
        heatmap.NaNCellColor = Colors.LightGray;
        heatmap.FlipVertically = false;
        plot.Add.ColorBar(heatmap);
        if (classes.Count <= MostNamed)
            Name(plot, matrix, classes, labels, fractions);
        else
            NumberAxes(plot, classes.Count, fractions.GetLength(0));
        plot.Axes.Margins(0, 0);
        var side = classes.Count <= MostNamed ? 420 + (32 * classes.Count) : 1000;
        PlotFiles.Save(plot, path, side + 120, side);
    }

    /// <summary>[actual, predicted], first class first; NaN in the rows of classes without images.</summary>
    private static double[,] Fractions(ConfusionMatrix matrix, IReadOnlyList<int> classes, int side)
    {
        var cells = classes.Select((index, place) => (index, Cell: (int)((long)place * side / classes.Count))).ToDictionary(c => c.index, c => c.Cell);
        var (counts, totals) = (new double[side, side], new double[side]);
        foreach (var (actual, predicted, images) in matrix.Entries)
        {
            counts[cells[actual], cells[predicted]] += images;
            totals[cells[actual]] += images;
        }

        for (var row = 0; row < side; row++)
        {
            for (var column = 0; column < side; column++)
                counts[row, column] /= totals[row];
        }

        return counts;
    }

    private static void Name(Plot plot, ConfusionMatrix matrix, IReadOnlyList<int> classes, IReadOnlyList<Label> labels, double[,] fractions)
    {
        var places = Enumerable.Range(0, classes.Count).Select(place => (double)place).ToArray();
        var names = classes.Select(index => Shorten(labels[index].Name)).ToArray();
        plot.Axes.Bottom.SetTicks(places, names);
        plot.Axes.Bottom.TickLabelStyle.Rotation = -45;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
        // Turned by 45 degrees, a letter of 8 pixels is 6 high; and the axis has its own name below.
        plot.Axes.Bottom.MinimumSize = 40 + (6 * names.Max(name => name.Length));
        plot.Axes.Left.SetTicks([.. places.Select(place => classes.Count - 1 - place)], names);
        for (var row = 0; row < classes.Count; row++)
        {
            for (var column = 0; column < classes.Count; column++)
            {
                if (matrix[classes[row], classes[column]] is var images and > 0)
                {
                    var text = plot.Add.Text(images.ToString(CultureInfo.InvariantCulture), column, classes.Count - 1 - row);
                    text.LabelAlignment = Alignment.MiddleCenter;
                    text.LabelFontColor = fractions[row, column] > 0.5 ? Colors.White : Colors.Black;
                }
            }
        }
    }

    /// <summary>Places of the classes in the CSV, from 1; the first class is at the top.</summary>
    private static void NumberAxes(Plot plot, int classes, int side)
    {
        var places = Enumerable.Range(0, 11).Select(tenth => 1 + (int)Math.Round(tenth * (classes - 1) / 10.0)).ToArray();
        var cells = places.Select(place => (place - 1.0) * (side - 1) / (classes - 1)).ToArray();
        var names = places.Select(place => place.ToString(CultureInfo.InvariantCulture)).ToArray();
        plot.Axes.Bottom.SetTicks(cells, names);
        plot.Axes.Left.SetTicks([.. cells.Select(cell => side - 1 - cell)], names);
    }

    private static string Shorten(string name) => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…";
}
