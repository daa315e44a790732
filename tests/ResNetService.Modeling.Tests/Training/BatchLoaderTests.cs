using ResNetService.ModelFormat;
using ResNetService.Modeling.Training;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Training;

public sealed class BatchLoaderTests
{
    private const int Size = 6;

    private static readonly PreprocessingSpec Spec = new() { InputSize = Size, Resize = Size, Scale = 0.5, Mean = [1, 2, 3], Std = [4, 5, 6] };

    [Fact]
    public void Load_Plain_NormalizesEachChannelAndKeepsTheOrderOfTheIndices()
    {
        using var scope = NewDisposeScope();
        var set = RandomImages(3);

        var (images, classes) = new BatchLoader(set, Spec).Load([2, 0], _ => Augmentation.None);

        Assert.Equal([2, 3, Size, Size], images.shape);
        Assert.Equal(new long[] { 7, 5 }, classes.data<long>().ToArray());
        Assert.Equal(Expected(set.Pixels[2], Augmentation.None), images[0].contiguous().data<float>().ToArray());
        Assert.Equal(Expected(set.Pixels[0], Augmentation.None), images[1].contiguous().data<float>().ToArray());
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(-4, 4, false)]
    [InlineData(4, -4, true)]
    [InlineData(1, -2, true)]
    public void Load_Augmented_EqualsPaddingThenCroppingThenMirroring(int left, int top, bool mirrored)
    {
        using var scope = NewDisposeScope();
        var (set, augmentation) = (RandomImages(1), new Augmentation(left, top, mirrored));

        var (images, _) = new BatchLoader(set, Spec).Load([0], _ => augmentation);

        Assert.Equal(Expected(set.Pixels[0], augmentation), images[0].contiguous().data<float>().ToArray());
    }

    [Fact]
    public void Load_Batch_LiesChannelsLast()
    {
        using var scope = NewDisposeScope();
        var (images, _) = new BatchLoader(RandomImages(2), Spec).Load([0, 1], _ => Augmentation.None);
        Assert.Equal([Size * Size * 3, 1, Size * 3, 3], images.stride());
    }

    private static ImageSet RandomImages(int count)
    {
        var random = new Random(1);
        var pixels = Enumerable.Range(0, count).Select(_ => new byte[Size * Size * 3]).ToArray();
        foreach (var image in pixels)
            random.NextBytes(image);
        return new(pixels, [.. Enumerable.Range(5, count)], Size);
    }

    /// <summary>torchvision's order of things, step by step: Pad, crop, flip, ToTensor, Normalize.</summary>
    private static float[] Expected(byte[] image, Augmentation augmentation)
    {
        const int Padded = Size + (2 * Augmentation.Padding);
        var padded = new byte[Padded, Padded, 3];
        for (var i = 0; i < image.Length; i++)
            padded[(i / (3 * Size)) + Augmentation.Padding, (i / 3 % Size) + Augmentation.Padding, i % 3] = image[i];

        var result = new List<float>();
        for (var channel = 0; channel < 3; channel++)
        {
            for (var y = 0; y < Size; y++)
            {
                var row = Enumerable.Range(0, Size).Select(x => padded[y + augmentation.Top + Augmentation.Padding, x + augmentation.Left + Augmentation.Padding, channel]);
                result.AddRange((augmentation.Mirrored ? row.Reverse() : row).Select(pixel => (float)(((pixel * Spec.Scale) - Spec.Mean[channel]) / Spec.Std[channel])));
            }
        }

        return [.. result];
    }
}
