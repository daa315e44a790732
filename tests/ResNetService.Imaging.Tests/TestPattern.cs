namespace ResNetService.Imaging.Tests;

/// <summary>The pictures that Assets/generate.py computes.</summary>
internal static class TestPattern
{
    /// <summary>Fine structure, hard edges, every value.</summary>
    public static RgbImage Sharp(int width, int height) =>
        Fill(width, height, static (x, y, c, _) => (x * 37) + (y * 91) + (c * 53) + (((x * y) >> 3) * 17));

    public static RgbImage Smooth(int width, int height) =>
        Fill(width, height, static (x, y, c, size) => c switch
        {
            0 => x * 255 / (size.Width - 1),
            1 => y * 255 / (size.Height - 1),
            _ => x * y * 5,
        });

    private static RgbImage Fill(int width, int height, Func<int, int, int, ImageSize, int> value)
    {
        var image = new RgbImage(width, height);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)value(i / 3 % width, i / 3 / width, i % 3, new(width, height));
        return image;
    }
}
