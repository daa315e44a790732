using NetVips;
using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Tests.Training;

/// <summary>32x32 images that a network learns at once: each class has a colour, with noise over it.</summary>
internal static class SyntheticImages
{
    public const int Size = 32;

    private static readonly byte[][] Colors = [[200, 40, 40], [40, 200, 40], [40, 40, 200]];

    public static IReadOnlyList<string> ClassNames { get; } = ["blue", "green", "red"];

    public static TrainingData Data(int trainImages = 26, int testImages = 12, int seed = 1) => new(ClassNames, Set(trainImages, seed), Set(testImages, seed + 1));

    /// <summary>The classes take turns.</summary>
    public static ImageSet Set(int count, int seed)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, count).Select(i => Pixels(i % Colors.Length, random))], [.. Enumerable.Range(0, count).Select(i => i % Colors.Length)], Size);
    }

    /// <summary>PNG files <c>split/class/i.png</c>; without the first where the split is empty.</summary>
    public static void WriteFolder(TemporaryFolder folder, string split, int imagesPerClass, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < imagesPerClass * ClassNames.Count; i++)
        {
            var @class = i % ClassNames.Count;
            using var image = Image.NewFromMemory(Pixels(@class, random), Size, Size, 3, Enums.BandFormat.Uchar);
            folder.Write(Path.Combine(split, ClassNames[@class], $"{i}.png"), image.PngsaveBuffer());
        }
    }

    private static byte[] Pixels(int @class, Random random)
    {
        var pixels = new byte[Size * Size * 3];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(Colors[@class][i % 3] + random.Next(-40, 41));
        return pixels;
    }
}
