using ResNetService.Imaging;
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

        var (images, classes) = Load(set, [2, 0], Augmentation.None);

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
        var (set, augmentation) = (RandomImages(1), new Augmentation(null, left, top, mirrored, default));

        var (images, _) = Load(set, [0], augmentation);

        Assert.Equal(Expected(set.Pixels[0], augmentation), images[0].contiguous().data<float>().ToArray());
    }

    [Fact]
    public void Load_Batch_LiesChannelsLast()
    {
        using var scope = NewDisposeScope();
        var (images, _) = Load(RandomImages(2), [0, 1], Augmentation.None);
        Assert.Equal([Size * Size * 3, 1, Size * 3, 3], images.stride());
    }

    [Theory]
    [InlineData(ColorOrder.Rgb)]
    [InlineData(ColorOrder.Bgr)]
    public void Load_ColorShift_AddsItToEachChannelAsAFractionOfWhite(ColorOrder order)
    {
        using var scope = NewDisposeScope();
        var (set, spec) = (RandomImages(1), Spec with { ColorOrder = order });
        var plain = Load(set, [0], Augmentation.None, spec).Images.contiguous().data<float>().ToArray();

        var shifted = Load(set, [0], Augmentation.None with { Color = new(0.1, 0.2, -0.3) }, spec).Images.contiguous().data<float>().ToArray();

        double[] channels = order == ColorOrder.Rgb ? [0.1, 0.2, -0.3] : [-0.3, 0.2, 0.1];
        for (var i = 0; i < plain.Length; i++)
            Assert.Equal(plain[i] + (channels[i / (Size * Size)] * 255 * spec.Scale / spec.Std[i / (Size * Size)]), shifted[i], 1e-3);
    }

    [Fact]
    public void Load_AnyNumberOfDecoders_GivesTheSameBatchesInTheSameOrder()
    {
        var set = RandomImages(40);
        Assert.Equal(Epoch(1), Epoch(7));

        float[] Epoch(int decoders)
        {
            using var scope = NewDisposeScope();
            var batches = Enumerable.Range(0, 40).Reverse().Chunk(6).Select(chunk => new ReadOnlyMemory<int>(chunk));
            return
            [
                .. new BatchLoader(set, Spec, decoders).Load(batches, image => Augmentation.Draw(AugmentationKind.Shift, Size, seed: 1, epoch: 2, image))
                    .SelectMany(batch => batch.ToTensors(CPU).Images.contiguous().data<float>().ToArray()),
            ];
        }
    }

    [Fact]
    public void Load_LeftEarly_ReadsNoMoreThanAFewBatchesAhead()
    {
        var counted = new CountedImages(RandomImages(1));
        var batches = Enumerable.Range(0, 1000).Select(_ => new ReadOnlyMemory<int>([0]));

        Assert.Equal(1, new BatchLoader(counted, Spec, decoders: 2).Load(batches, _ => Augmentation.None).First().Count);

        Assert.InRange(counted.Reads, 1, 5);
    }

    [Fact]
    public void Load_ImageThatCannotBeRead_IsNamed()
    {
        var batches = Enumerable.Range(0, 3).Select(i => new ReadOnlyMemory<int>([i]));
        var message = Assert.Throws<TrainingException>(() => new BatchLoader(new CountedImages(RandomImages(3), broken: 1), Spec, decoders: 2).Load(batches, _ => Augmentation.None).Count()).Message;
        Assert.Equal("image 1 is broken", message);
    }

    private static (Tensor Images, Tensor Classes) Load(ImageSet set, int[] indices, Augmentation augmentation, PreprocessingSpec? spec = null) =>
        new BatchLoader(set, spec ?? Spec, decoders: 2).Load([indices], _ => augmentation).Single().ToTensors(CPU);

    private static ImageSet RandomImages(int count)
    {
        var random = new Random(1);
        var pixels = Enumerable.Range(0, count).Select(_ => new byte[Size * Size * 3]).ToArray();
        foreach (var image in pixels)
            random.NextBytes(image);
        return new(pixels, [.. Enumerable.Range(5, count)], Size);
    }

    private sealed class CountedImages(ImageSet images, int broken = -1) : IImageSource
    {
        private int _reads;

        public int Reads => _reads;

        public IReadOnlyList<int> Classes => images.Classes;

        public int Size => images.Size;

        public string Place => images.Place;

        public string Fingerprint() => images.Fingerprint();

        public void Read(int image, CropPlacement? placement, Span<byte> pixels)
        {
            Interlocked.Increment(ref _reads);
            if (image == broken)
                throw new TrainingException($"image {image} is broken");
            images.Read(image, placement, pixels);
        }
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
