using ResNetService.Modeling.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Onnx;

/// <summary>The weights of a convolution as they are written: alone, or with the BatchNorm after it multiplied in.</summary>
/// <param name="Weight">[out, in / groups, kh, kw], row-major.</param>
/// <param name="Bias">[out], or null.</param>
internal sealed record FoldedConvolution(float[] Weight, float[]? Bias)
{
    public static FoldedConvolution Plain(Conv2d convolution) =>
        new(Floats(convolution.weight!), convolution.bias is { } bias ? Floats(bias) : null);

    /// <summary>
    /// BN(w * x + b) = (s w) * x + s (b - mean) + beta with s = gamma / sqrt(var + eps), computed in float64 so that folding adds no
    /// more than one rounding to each weight.
    /// </summary>
    public static FoldedConvolution Fold(Conv2d convolution, BatchNorm2d norm)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var scale = Double(norm.weight!) / Double(norm.running_var!).Plus(norm.eps).sqrt();
        var weight = Double(convolution.weight!) * scale.view(-1, 1, 1, 1);
        var centered = convolution.bias is { } bias ? Double(bias).Plus(Double(norm.running_mean!), -1) : -Double(norm.running_mean!);
        return new(Floats(weight), Floats((scale * centered).Plus(Double(norm.bias!))));
    }

    public static float[] Floats(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray();
    }

    private static Tensor Double(Tensor tensor) => tensor.detach().to(ScalarType.Float64);
}
