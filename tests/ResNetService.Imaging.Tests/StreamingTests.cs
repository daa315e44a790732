using ResNetService.Imaging.Decoding;
using ResNetService.Imaging.Resampling;
using ResNetService.Imaging.Resampling.Kernels;
using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Tests;

/// <summary>Resampling while rows arrive is resampling of the whole, turned image.</summary>
public sealed class StreamingTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits(), new DecodeOptions());

    private static byte[] Run(RowSource rows, PreprocessingSpec spec)
    {
        var pixels = new byte[spec.InputSize * spec.InputSize * 3];
        ResizeCrop.Run(rows, spec, placement: null, KernelPaths.Fastest, pixels, TestContext.Current.CancellationToken);
        return pixels;
    }

    [Fact]
    public void Preprocess_AnyOrientationSizeAndSpec_EqualsTheTurnedWholeImage()
    {
        var random = new Random(20);
        for (var round = 0; round < 400; round++)
        {
            var (width, height) = (random.Next(1, 90), random.Next(1, 90));
            var resize = random.Next(1, 60);
            var spec = new PreprocessingSpec
            {
                Resize = resize,
                InputSize = Math.Max(1, resize + random.Next(-20, 10)),
                Interpolation = round % 2 == 0 ? Interpolation.Bilinear : Interpolation.Bicubic,
            };
            var orientation = Orientation.FromExif(1 + (round % 8));
            using var stored = TestPattern.Sharp(width, height);
            using var turned = Turn(stored, orientation);

            using var streamed = new TurnedRows(stored, orientation);
            using var whole = new RgbImageRows(turned);
            Assert.True(Run(whole, spec).AsSpan().SequenceEqual(Run(streamed, spec)), $"{width} x {height}, {orientation}, {spec}");
        }
    }

    [Theory]
    [MemberData(nameof(Assets.Names), MemberType = typeof(Assets))]
    public void Preprocess_EncodedImage_EqualsThatOfTheDecodedImage(string name)
    {
        var preprocessor = new ImagePreprocessor(new PreprocessingSpec { InputSize = 9, Resize = 11 }, Decoder);
        var (streamed, whole) = (new byte[preprocessor.OutputLength], new byte[preprocessor.OutputLength]);
        using var image = Decoder.Decode(Assets.Read(name));

        preprocessor.Preprocess(Assets.Read(name), streamed, TestContext.Current.CancellationToken);
        preprocessor.Preprocess(image, whole);

        Assert.Equal(whole, streamed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Preprocess_FiftyMegapixels_NeedsNoBufferOfThatSize(int orientation)
    {
        using var first = new GeneratedRows(8000, 6000, Orientation.FromExif(orientation));
        using var second = new GeneratedRows(8000, 6000, Orientation.FromExif(orientation));
        var pixels = new byte[224 * 224 * 3];
        ResizeCrop.Run(first, PreprocessingSpec.ImageNet, placement: null, KernelPaths.Fastest, pixels, TestContext.Current.CancellationToken);

        var before = GC.GetAllocatedBytesForCurrentThread();
        ResizeCrop.Run(second, PreprocessingSpec.ImageNet, placement: null, KernelPaths.Fastest, pixels, TestContext.Current.CancellationToken);

        // The whole image would be 144 MB; the rows of one window are 1.1 MB, and pooled.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    private static RgbImage Turn(RgbImage stored, Orientation orientation)
    {
        var size = new ImageSize(stored.Width, stored.Height);
        var (width, height) = orientation.Apply(size);
        var turned = new RgbImage(width, height);
        for (var y = 0; y < stored.Height; y++)
            orientation.WriteRow(stored.Pixels.Slice(y * stored.Width * 3, stored.Width * 3), y, size, turned.Pixels);
        return turned;
    }

    private sealed class TurnedRows(RgbImage image, Orientation orientation) : RowSource
    {
        private int _row;

        public override ImageSize StoredSize => new(image.Width, image.Height);

        public override Orientation Orientation => orientation;

        public override ReadOnlySpan<byte> NextRow() => image.Pixels.Slice(_row++ * image.Width * 3, image.Width * 3);

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class GeneratedRows(int width, int height, Orientation orientation) : RowSource
    {
        private readonly byte[] _pixels = new byte[width * 3];

        public override ImageSize StoredSize => new(width, height);

        public override Orientation Orientation => orientation;

        public override ReadOnlySpan<byte> NextRow() => _pixels;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
