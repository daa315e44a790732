using System.Security.Cryptography;
using ResNetService.Benchmarks.Measurement;
using ResNetService.Imaging;
using ResNetService.ModelFormat;

namespace ResNetService.Benchmarks.Tests.Measurement;

public sealed class PreprocessingCostTests
{
    [Fact]
    public void Digests_AreOfTheTensors_InTheirOrder()
    {
        var spec = new PreprocessingSpec { Resize = 40, InputSize = 32 };
        byte[][] images = [TinyImage.Png(50, 40, 255, 0, 0), TinyImage.Png(40, 50, 1, 2, 3)];

        var cost = PreprocessingCost.Measure(images, spec, Decoders.Default);

        Assert.Equal(images.Select(image => Digest(image, spec)), cost.Digests);
        Assert.True(cost.CpuSeconds >= 0);
    }

    private static string Digest(byte[] image, PreprocessingSpec spec)
    {
        var preprocessor = new ImagePreprocessor(spec, Decoders.Default);
        var pixels = new byte[preprocessor.OutputLength];
        preprocessor.Preprocess(image, pixels);
        return Convert.ToHexStringLower(SHA256.HashData(pixels));
    }
}
