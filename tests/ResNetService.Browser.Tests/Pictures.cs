using Microsoft.Playwright;

namespace ResNetService.Browser.Tests;

/// <summary>Files to give to the page. The tiny models name the strongest of red, green and blue.</summary>
internal static class Pictures
{
    public const int Width = 64;
    public const int Height = 48;

    public static FilePayload Red(string name = "red.png") => Png(name, 255, 0, 0);

    public static FilePayload Blue(string name = "blue.png") => Png(name, 0, 0, 255);

    /// <summary>Red on the left, green on the right.</summary>
    public static FilePayload Halves(string name = "halves.png") => Png(name, (x, _) => x < Width / 2 ? ((byte)255, (byte)0, (byte)0) : ((byte)0, (byte)255, (byte)0));

    public static FilePayload Broken(string name = "broken.png")
    {
        var whole = Red(name);
        return new() { Name = name, MimeType = whole.MimeType, Buffer = whole.Buffer[..^30] };
    }

    public static FilePayload Text(string name = "notes.txt") => new() { Name = name, MimeType = "text/plain", Buffer = "no picture"u8.ToArray() };

    private static FilePayload Png(string name, byte red, byte green, byte blue) => Png(name, (_, _) => (red, green, blue));

    private static FilePayload Png(string name, Func<int, int, (byte Red, byte Green, byte Blue)> pixel) =>
        new() { Name = name, MimeType = "image/png", Buffer = TinyImage.Png(Width, Height, pixel) };
}
