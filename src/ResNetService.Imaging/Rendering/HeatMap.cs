namespace ResNetService.Imaging.Rendering;

/// <summary>A coarse grid of values as colours over a picture.</summary>
public static class HeatMap
{
    /// <summary>How much of the colour the hottest place has; the rest is the picture.</summary>
    private const float MostOpaque = 0.7f;

    /// <summary>How light the picture is under no colour, so that the eye goes to what is coloured.</summary>
    private const float Dimmed = 0.6f;

    // From the coldest to the hottest: lighter at each step, so that they are told apart without seeing hues.
    private static readonly (float Red, float Green, float Blue)[] Colors = [(40, 0, 110), (150, 30, 120), (230, 80, 50), (255, 170, 30), (255, 250, 140)];

    /// <summary>Draws the values above 0, relative to the largest of them; where none is, nothing is coloured.</summary>
    /// <param name="rgb">[height, width, 3], which is drawn over.</param>
    /// <param name="values">[rows, columns], spread over the whole picture, interpolated linearly between the middles of the cells.</param>
    public static void Draw(Span<byte> rgb, int width, int height, ReadOnlySpan<float> values, int rows, int columns)
    {
        var largest = 0f;
        foreach (var value in values)
            largest = Math.Max(largest, value);
        for (var y = 0; y < height; y++)
        {
            var (top, bottom, down) = Between(y, height, rows);
            for (var x = 0; x < width; x++)
            {
                var (left, right, across) = Between(x, width, columns);
                var upper = float.Lerp(values[(top * columns) + left], values[(top * columns) + right], across);
                var lower = float.Lerp(values[(bottom * columns) + left], values[(bottom * columns) + right], across);
                var heat = largest > 0 ? Math.Max(0, float.Lerp(upper, lower, down) / largest) : 0;
                Blend(rgb.Slice(((y * width) + x) * 3, 3), heat);
            }
        }
    }

    /// <summary>The two cells that a pixel lies between, and how far it is from the first to the second.</summary>
    private static (int First, int Second, float Part) Between(int pixel, int pixels, int cells)
    {
        var place = Math.Clamp(((pixel + 0.5f) * cells / pixels) - 0.5f, 0, cells - 1);
        var first = (int)place;
        return (first, Math.Min(first + 1, cells - 1), place - first);
    }

    private static void Blend(Span<byte> pixel, float heat)
    {
        var place = heat * (Colors.Length - 1);
        var first = Math.Min((int)place, Colors.Length - 2);
        var (from, to, part) = (Colors[first], Colors[first + 1], place - first);
        var opacity = MostOpaque * heat;
        var light = (1 - opacity) * float.Lerp(Dimmed, 1, heat);
        pixel[0] = (byte)((pixel[0] * light) + (opacity * float.Lerp(from.Red, to.Red, part)));
        pixel[1] = (byte)((pixel[1] * light) + (opacity * float.Lerp(from.Green, to.Green, part)));
        pixel[2] = (byte)((pixel[2] * light) + (opacity * float.Lerp(from.Blue, to.Blue, part)));
    }
}
