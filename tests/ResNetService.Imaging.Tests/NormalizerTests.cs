using ResNetService.ModelFormat;

namespace ResNetService.Imaging.Tests;

public sealed class NormalizerTests
{
    private static float Reference(byte pixel, PreprocessingSpec spec, int channel) =>
        ((pixel * (float)spec.Scale) - (float)spec.Mean[channel]) / (float)spec.Std[channel];

    private static byte[] Pixels(int count)
    {
        var pixels = new byte[count * 3];
        new Random(3).NextBytes(pixels);
        return pixels;
    }

    // Lengths around the vector and block sizes.
    public static TheoryData<int> Counts { get; } = [0, 1, 2, 5, 15, 16, 17, 31, 32, 33, 63, 64, 100, 1023, 1024, 1025, 224 * 224, 3001];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Normalize_Interleaved_EqualsScalarToTheBit(int count)
    {
        var pixels = Pixels(count);
        var values = new float[pixels.Length];

        Normalizer.Normalize(pixels, PreprocessingSpec.ImageNet, TensorLayout.Nhwc, values);

        for (var i = 0; i < values.Length; i++)
            Assert.Equal(Reference(pixels[i], PreprocessingSpec.ImageNet, i % 3), values[i]);
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Normalize_Planar_EqualsScalarToTheBit(int count)
    {
        var pixels = Pixels(count);
        var values = new float[pixels.Length];

        Normalizer.Normalize(pixels, PreprocessingSpec.ImageNet, TensorLayout.Nchw, values);

        for (var i = 0; i < values.Length; i++)
            Assert.Equal(Reference(pixels[(i % count * 3) + (i / count)], PreprocessingSpec.ImageNet, i / count), values[i]);
    }

    [Fact]
    public void Normalize_EveryPixelValue_IsThatOfDoublePrecisionButForRounding()
    {
        var spec = PreprocessingSpec.ImageNet;
        var pixels = Enumerable.Range(0, 768).Select(i => (byte)(i / 3)).ToArray();
        var values = new float[768];

        Normalizer.Normalize(pixels, spec, TensorLayout.Nhwc, values);

        for (var i = 0; i < values.Length; i++)
            Assert.Equal(((i / 3 / 255.0) - spec.Mean[i % 3]) / spec.Std[i % 3], values[i], 1e-6);
    }

    [Fact]
    public void Normalize_OtherScale_IsUsed()
    {
        // Caffe's convention: no scale, BGR means.
        var spec = PreprocessingSpec.ImageNet with { Scale = 1, Mean = [103.939, 116.779, 123.68], Std = [1, 1, 1] };
        var values = new float[3];

        Normalizer.Normalize([0, 100, 255], spec, TensorLayout.Nhwc, values);

        Assert.Equal([-103.939f, 100 - 116.779f, 255 - 123.68f], values);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(6, 3)]
    [InlineData(3, 6)]
    public void Normalize_LengthsThatDoNotMatch_Throws(int pixels, int values) =>
        Assert.Throws<ArgumentException>(() => Normalizer.Normalize(new byte[pixels], PreprocessingSpec.ImageNet, TensorLayout.Nhwc, new float[values]));

    [Fact]
    public void Normalize_NotThreeMeans_Throws() =>
        Assert.Throws<ArgumentException>(() => Normalizer.Normalize(new byte[3], PreprocessingSpec.ImageNet with { Mean = [0.5] }, TensorLayout.Nhwc, new float[3]));
}
