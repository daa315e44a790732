using ResNetService.Imaging.Rendering;

namespace ResNetService.Imaging.Tests.Rendering;

public sealed class HeatMapTests
{
    private const int Side = 16;

    [Fact]
    public void Draw_OneHotCell_IsBrightestThereAndDimElsewhere()
    {
        var pixels = Gray();
        HeatMap.Draw(pixels, Side, Side, [0, 0, 0, 5], rows: 2, columns: 2);

        var hot = Pixel(pixels, 15, 15);
        Assert.True(hot.Red > 200 && hot.Green > 190 && hot.Blue < 190, $"{hot}");
        Assert.Equal(((byte)60, (byte)60, (byte)60), Pixel(pixels, 0, 0));
        // From the middle of the cold cells on it grows, to the right and down alike.
        Assert.True(Pixel(pixels, 7, 15).Red > Pixel(pixels, 5, 15).Red);
        Assert.Equal(Pixel(pixels, 15, 7), Pixel(pixels, 7, 15));
    }

    [Fact]
    public void Draw_NothingAboveZero_ColoursNothing()
    {
        var pixels = Gray();
        HeatMap.Draw(pixels, Side, Side, [-1, -2, 0, -3], rows: 2, columns: 2);

        Assert.All(pixels, value => Assert.Equal(60, value));
    }

    [Fact]
    public void Draw_TwiceTheValues_IsTheSamePicture()
    {
        var (one, two) = (Gray(), Gray());
        HeatMap.Draw(one, Side, Side, [1, 2, 3, 4, 5, 6], rows: 2, columns: 3);
        HeatMap.Draw(two, Side, Side, [2, 4, 6, 8, 10, 12], rows: 2, columns: 3);

        Assert.Equal(one, two);
    }

    [Fact]
    public void Draw_OneCell_IsEvenlyHot()
    {
        var pixels = Gray();
        HeatMap.Draw(pixels, Side, Side, [0.001f], rows: 1, columns: 1);

        Assert.Equal(Pixel(pixels, 0, 0), Pixel(pixels, 15, 15));
        Assert.True(Pixel(pixels, 0, 0).Red > 200);
    }

    [Fact]
    public void Write_Pixels_ComeBackFromTheFile()
    {
        var pixels = new byte[5 * 3 * 3];
        new Random(1).NextBytes(pixels);

        using var decoded = new ImageDecoder(new ImageLimits(), new DecodeOptions()).Decode(PngFile.Write(pixels, 5, 3));

        Assert.Equal((5, 3), (decoded.Width, decoded.Height));
        Assert.Equal(pixels, decoded.Pixels.ToArray());
    }

    private static byte[] Gray() => [.. Enumerable.Repeat((byte)100, Side * Side * 3)];

    private static (byte Red, byte Green, byte Blue) Pixel(byte[] pixels, int x, int y) =>
        (pixels[((y * Side) + x) * 3], pixels[(((y * Side) + x) * 3) + 1], pixels[(((y * Side) + x) * 3) + 2]);
}
