using ResNetService.Modeling.Onnx;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Onnx;

public sealed class FoldedConvolutionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fold_ConvolutionAndNorm_ComputesWhatTheTwoCompute(bool bias)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        random.manual_seed(1);
        var conv = nn.Conv2d(3, 5, 3, padding: 1, bias: bias);
        var norm = nn.BatchNorm2d(5, eps: 1e-3);
        norm.weight!.copy_(rand(5) + 0.5);
        norm.bias!.copy_(randn(5));
        norm.running_mean!.copy_(randn(5));
        norm.running_var!.copy_(rand(5) + 0.1);
        norm.eval();
        var x = randn(2, 3, 7, 7);

        var folded = FoldedConvolution.Fold(conv, norm);

        var expected = norm.forward(conv.forward(x));
        var actual = nn.functional.conv2d(x, tensor(folded.Weight, conv.weight!.shape), tensor(folded.Bias!), padding: [1, 1]);
        Assert.True(actual.allclose(expected, 1e-5, 1e-5));
    }

    [Fact]
    public void Plain_WithoutBias_HasNone()
    {
        using var conv = nn.Conv2d(3, 5, 3, bias: false);

        var plain = FoldedConvolution.Plain(conv);

        Assert.Null(plain.Bias);
        Assert.Equal(conv.weight!.data<float>().ToArray(), plain.Weight);
    }
}
