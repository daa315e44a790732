using NetVips;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Quantization;

/// <summary>Images to calibrate with: parts of the photographs that come with the product.</summary>
internal static class PhotographParts
{
    /// <summary>Writes <c>directory/i.png</c>.</summary>
    public static void Write(TemporaryFolder folder, string directory, int count, int seed = 1)
    {
        var random = new Random(seed);
        Image[] photographs = [.. new[] { "cat.jpg", "coffee.jpg" }.Select(file => Image.NewFromBuffer(File.ReadAllBytes(Path.Combine(Repository.Root, "samples", file))))];
        for (var i = 0; i < count; i++)
        {
            var photograph = photographs[i % photographs.Length];
            var side = random.Next(30, 150);
            using var part = photograph.Crop(random.Next(photograph.Width - side), random.Next(photograph.Height - side), side, side);
            folder.Write(Path.Combine(directory, $"{i}.png"), part.PngsaveBuffer());
        }

        foreach (var photograph in photographs)
            photograph.Dispose();
    }
}
