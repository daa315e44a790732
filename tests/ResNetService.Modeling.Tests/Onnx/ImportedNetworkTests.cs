using ResNetService.Modeling.Tests.Architectures;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Onnx;

/// <summary>Trained weights of others, imported: the network and its graph give the logits that PyTorch gave, and one image's never depend on the others'.</summary>
public sealed class ImportedNetworkTests
{
    private const double Tolerance = 2e-4;

    [Theory]
    [InlineData("resnet20-cifar", "cifar10-resnet20-12fca82f.th", "cifar10-resnet20")]
    [InlineData("resnet20-cifar", "cifar10-resnet20.zip.pth", "cifar10-resnet20")]
    [InlineData("resnet20-cifar", "cifar10-resnet20.safetensors", "cifar10-resnet20")]
    [InlineData("resnet56-cifar", "cifar10-resnet56-4bfd9763.th", "cifar10-resnet56")]
    public void CifarNetwork_FromEachFormat_GivesTheReferenceLogits(string architecture, string file, string golden) =>
        Check(architecture, SharedData.Require(Path.Combine("weights", file)), "cifar10-input-u8-nhwc", golden + "-logits");

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    public void ImageNetNetwork_GivesTheReferenceLogits(string architecture) =>
        Check(architecture, CompactWeights.Expand($"weights/imagenet-{architecture}.compact.safetensors"), "preprocessed-u8-nhwc", $"imagenet-{architecture}-logits");

    private static void Check(string architecture, string weights, string images, string golden)
    {
        using var scope = NewDisposeScope();
        var (expected, _) = Golden.Read<double>(golden);
        var (pixels, shape) = Golden.Read<byte>(images);
        using var network = ExportedModel.Import(architecture, weights);
        using var model = new ExportedModel(network, architecture);

        using var unnormalized = new ExportedModel(network, architecture, preprocessing: GoldenImages.Unnormalized(model.Manifest.Preprocessing));

        Assert.InRange(Difference(GoldenLogitsTests.Logits(network, GoldenImages.Normalized(pixels, shape, model.Manifest.Preprocessing))), 0, Tolerance);
        Assert.InRange(Difference(model.Run(pixels)), 0, Tolerance);
        Assert.All(
            GoldenImages.Mistaken(pixels, shape, model.Manifest.Preprocessing).Select(wrong => GoldenLogitsTests.Logits(network, wrong.Images))
                .Concat([model.Run(new byte[pixels.Length]), model.Run(GoldenImages.Bgr(pixels)), unnormalized.Run(pixels)]),
            wrong => Assert.InRange(Difference(wrong), 10 * Tolerance, double.MaxValue));
        BatchInvariance.Assert(model.Run, pixels, shape[0]);

        double Difference(float[] logits) => Golden.LargestDifference(logits, expected);
    }
}
