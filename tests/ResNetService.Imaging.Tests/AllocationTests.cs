using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Tests;

/// <summary>What an image leaves to the garbage collector: small objects of the codec's wrapper and of the tables, never pixels.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData(JpegDecoder.Libvips, 4096)]
    [InlineData(JpegDecoder.TurboJpeg, 512)]
    public void Preprocess_AnyJpeg_AllocatesNoMoreThanSmallObjects(JpegDecoder decoder, int most)
    {
        Assert.SkipUnless(decoder == JpegDecoder.Libvips || ImageDecoder.HasTurboJpeg, ImageDecoder.TurboJpegMissing);
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.ImageNet, new ImageDecoder(new ImageLimits(), new DecodeOptions { JpegDecoder = decoder }));
        byte[][] images = [Assets.Read("rgb-420.jpg"), Assets.Read("gray.jpg"), Large()];
        var pixels = new byte[preprocessor.OutputLength];
        foreach (var encoded in images)
            Assert.InRange(AllocatedBy(() => preprocessor.Preprocess(encoded, pixels)), 0, most);
    }

    /// <summary>1200 x 900 pixels: 3.2 MB decoded.</summary>
    private static byte[] Large()
    {
        using var pattern = TestPattern.Smooth(1200, 900);
        using var image = NetVips.Image.NewFromMemory(pattern.Pixels.ToArray(), pattern.Width, pattern.Height, 3, NetVips.Enums.BandFormat.Uchar);
        return image.JpegsaveBuffer();
    }

    /// <summary>A call's bytes, once the pools are filled: the least of several, as the thread's other work may fall into one.</summary>
    private static long AllocatedBy(Action call)
    {
        var least = long.MaxValue;
        for (var round = 0; round < 8; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
