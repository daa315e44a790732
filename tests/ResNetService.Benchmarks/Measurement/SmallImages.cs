using System.Globalization;
using NetVips;

namespace ResNetService.Benchmarks.Measurement;

/// <summary>Photographs made so small that decoding costs next to nothing, as CIFAR's are.</summary>
internal sealed class SmallImages : IDisposable
{
    public const int CifarSide = 32;

    private readonly string _folder = Directory.CreateTempSubdirectory("small-images-").FullName;

    private SmallImages(Photographs photographs, int side)
    {
        var paths = photographs.Encoded.Select((encoded, i) => (encoded, path: Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{i:D5}.jpg")))).ToArray();
        foreach (var (encoded, path) in paths)
        {
            using var image = Image.ThumbnailBuffer(encoded, side, height: side, size: Enums.Size.Force);
            image.Jpegsave(path, q: 90);
        }

        Photographs = Photographs.Of([.. paths.Select(entry => entry.path)]);
    }

    public Photographs Photographs { get; }

    /// <summary>JPEG files of quality 90 in a temporary folder.</summary>
    /// <param name="side">Width and height in pixels; proportions are not kept.</param>
    public static SmallImages Of(Photographs photographs, int side = CifarSide) => new(photographs, side);

    public void Dispose()
    {
        Photographs.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
