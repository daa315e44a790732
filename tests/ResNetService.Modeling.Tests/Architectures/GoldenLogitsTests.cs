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
    public void Forward_HashFilledWeights_GivesTheReferenceLogits(string name)
    {
        var (expected, shape) = Golden.Read<double>($"hashfill-{name}-logits");
        using var scope = NewDisposeScope();
        using var network = HashFilled(name);

        var logits = Logits(network, NormalizedPhotographs(shape[0]));

        var difference = Golden.LargestDifference(logits, expected) / Golden.LargestMagnitude(expected);
        Assert.InRange(difference, 0, 1e-5);
    }

    /// <summary>The goldens can tell right from nearly right: the usual mistakes are further off than the tolerance, by two orders of magnitude.</summary>
    [Theory]
    [InlineData("zeroed")]
    [InlineData("bgr")]
    [InlineData("unnormalized")]
    public void Forward_WrongInput_IsFarFromTheReferenceLogits(string mistake)
    {
        var (expected, shape) = Golden.Read<double>("hashfill-resnet18-logits");
        using var scope = NewDisposeScope();
        using var network = HashFilled("resnet18");
        var right = NormalizedPhotographs(shape[0]);
        var wrong = mistake switch
        {
            "zeroed" => zeros_like(right),
            "bgr" => right.flip(1),
            _ => Pixels(shape[0]) / 255f,
        };

        var logits = Logits(network, wrong);

        var difference = Golden.LargestDifference(logits, expected) / Golden.LargestMagnitude(expected);
        Assert.InRange(difference, 1e-3, double.MaxValue);
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

    /// <summary>The first preprocessed photographs, [count,3,224,224], 0 to 255.</summary>
    internal static Tensor Pixels(int count)
    {
        var (pixels, shape) = Golden.Read<byte>("preprocessed-u8-nhwc");
        var all = tensor(pixels, [shape[0], shape[1], shape[2], shape[3]]);
        return all.slice(0, 0, count, 1).permute(0, 3, 1, 2).to(ScalarType.Float32);
    }

    internal static Tensor NormalizedPhotographs(int count)
    {
        var spec = PreprocessingSpec.ImageNet;
        var mean = tensor(spec.Mean.Select(m => (float)m).ToArray()).view(1, 3, 1, 1);
        var std = tensor(spec.Std.Select(s => (float)s).ToArray()).view(1, 3, 1, 1);
        return ((Pixels(count) / 255f) - mean) / std;
    }
}
