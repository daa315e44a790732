using ResNetService.ModelFormat;

namespace ResNetService.Imaging;

public static class Normalizer
{
    public static void Normalize(ReadOnlySpan<byte> pixels, PreprocessingSpec spec, TensorLayout layout, Span<float> destination)
    {
        var count = pixels.Length / 3;
        for (var i = 0; i < count; i++)
            for (var c = 0; c < 3; c++)
                destination[layout == TensorLayout.Nhwc ? (i * 3) + c : (c * count) + i] = (float)(((pixels[(i * 3) + c] * spec.Scale) - spec.Mean[c]) / spec.Std[c]);
    }
}
