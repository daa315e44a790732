using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Architectures;

public sealed class GoldenLogitsTests
{
    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    [InlineData("resnet101")]
    [InlineData("resnet152")]
    [InlineData("vgg16")]
    [InlineData("vgg19")]
    [InlineData("googlenet")]
    public void Forward_HashFilledWeights_GivesTheReferenceLogitsOfTheRightImagesAlone(string name)
    {
        var (expected, shape) = Golden.Read<double>($"hashfill-{name}-logits");
        var (pixels, pixelShape) = FirstPhotographs(shape[0]);
        using var scope = NewDisposeScope();
        using var network = HashFilled(name);

        Assert.InRange(Difference(GoldenImages.Normalized(pixels, pixelShape, PreprocessingSpec.ImageNet)), 0, 1e-5);
        Assert.All(GoldenImages.Mistaken(pixels, pixelShape, PreprocessingSpec.ImageNet), wrong => Assert.InRange(Difference(wrong.Images), 1e-3, double.MaxValue));

        double Difference(Tensor images) => Golden.LargestDifference(Logits(network, images), expected) / Golden.LargestMagnitude(expected);
    }

    internal static Network HashFilled(string name)
    {
        var network = Architecture.Find(name).Build();
        HashFill.Apply(network);
        network.eval();
        return network;
    }

    internal static float[] Logits(Network network, Tensor images)
    {
        using var mode = inference_mode();
        return network.forward(images).data<float>().ToArray();
    }

    /// <summary>uint8 [count,224,224,3].</summary>
    internal static (byte[] Pixels, int[] Shape) FirstPhotographs(int count)
    {
        var (pixels, shape) = Golden.Read<byte>("preprocessed-u8-nhwc");
        return (pixels[..(pixels.Length / shape[0] * count)], [count, .. shape[1..]]);
    }
}
