using ResNetService.ModelFormat;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Architectures;

/// <summary>The images of the goldens as networks take them, right and wrong. Tensors belong to the caller's dispose scope.</summary>
internal static class GoldenImages
{
    /// <summary>What the usual mistakes make of the images: a golden that does not tell them from the right ones proves nothing.</summary>
    /// <param name="pixels">uint8 [n,size,size,3].</param>
    public static IEnumerable<(string Mistake, Tensor Images)> Mistaken(byte[] pixels, int[] shape, PreprocessingSpec spec)
    {
        var right = Normalized(pixels, shape, spec);
        yield return ("zeroed", zeros_like(right));
        yield return ("BGR", right.flip(1));
        yield return ("unnormalised", Scaled(pixels, shape));
    }

    /// <returns>[n,3,size,size].</returns>
    public static Tensor Normalized(byte[] pixels, int[] shape, PreprocessingSpec spec)
    {
        var mean = tensor(spec.Mean.Select(m => (float)m).ToArray()).view(1, 3, 1, 1);
        var std = tensor(spec.Std.Select(s => (float)s).ToArray()).view(1, 3, 1, 1);
        return (Scaled(pixels, shape) - mean) / std;
    }

    public static byte[] Bgr(byte[] rgb) => [.. rgb.Chunk(3).SelectMany(pixel => pixel.Reverse())];

    /// <summary>The preprocessing that a graph would do that does not normalise.</summary>
    public static PreprocessingSpec Unnormalized(PreprocessingSpec spec) => spec with { Mean = [0, 0, 0], Std = [1, 1, 1] };

    private static Tensor Scaled(byte[] pixels, int[] shape) =>
        tensor(pixels, [shape[0], shape[1], shape[2], shape[3]]).permute(0, 3, 1, 2).to(ScalarType.Float32) / 255f;
}
