using ResNetService.Imaging;
using ResNetService.Inference.Classification;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Onnx;

namespace ResNetService.Modeling.Benchmarking;

/// <summary>The image files that are classified again and again, in memory.</summary>
/// <param name="Source">Where they are from, for people.</param>
internal sealed record BenchmarkImages(string Source, IReadOnlyList<EncodedImage> Images)
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    /// <summary>Enough to be typical, few enough to be held.</summary>
    public const int Most = 200;

    public static BenchmarkImages Embedded { get; } =
        new("the photographs in this program", [.. EmbeddedPhotographs.All.Select(photograph => new EncodedImage(photograph.Name, photograph.Data))]);

    /// <summary>The first images of a folder, by name. Other files are passed over.</summary>
    /// <exception cref="CommandException">There is no such folder, or no image in it.</exception>
    public static BenchmarkImages Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new CommandException($"there is no folder {folder}");
        var images = Directory.EnumerateFiles(folder)
            .Order(StringComparer.Ordinal)
            .Select(file => new EncodedImage(file, File.ReadAllBytes(file)))
            .Where(file => IsImage(file.Data))
            .Take(Most)
            .ToArray();
        return images.Length == 0 ? throw new CommandException($"{folder} holds no image") : new(folder, images);
    }

    /// <summary>The next so many, from the one at the offset on, over and over.</summary>
    public EncodedImage[] Take(long offset, int count) => [.. Enumerable.Range(0, count).Select(i => Images[(int)((offset + i) % Images.Count)])];

    private static bool IsImage(ReadOnlyMemory<byte> data)
    {
        try
        {
            Decoder.ReadHeader(data);
            return true;
        }
        catch (ImageException)
        {
            return false;
        }
    }
}
