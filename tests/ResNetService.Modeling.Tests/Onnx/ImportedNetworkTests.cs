using ResNetService.Modeling.Architectures;
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

        Assert.InRange(Golden.LargestDifference(GoldenLogitsTests.Logits(network, Normalized(pixels, shape, architecture)), expected), 0, Tolerance);
        Assert.InRange(Golden.LargestDifference(model.Run(pixels), expected), 0, Tolerance);
        foreach (var wrong in new[] { new byte[pixels.Length], [.. pixels.Chunk(3).SelectMany(pixel => pixel.Reverse())] })
            Assert.InRange(Golden.LargestDifference(model.Run(wrong), expected), 10 * Tolerance, double.MaxValue);
        AssertBatchInvariant(model, pixels, shape[0]);
    }

    private static void AssertBatchInvariant(ExportedModel model, byte[] pixels, int images)
    {
        var length = pixels.Length / images;
        var classes = model.Manifest.Labels.Count;
        var alone = Enumerable.Range(0, images).Select(i => model.Run(pixels[(i * length)..((i + 1) * length)])).ToArray();
        foreach (var batch in new[] { 2, 3, 5, 8, images })
        {
            var random = new Random(batch);
            var order = Enumerable.Range(0, batch).Select(_ => random.Next(images)).ToArray();
            var together = model.Run([.. order.SelectMany(i => pixels[(i * length)..((i + 1) * length)])]);
            for (var place = 0; place < batch; place++)
                Assert.Equal(alone[order[place]], together[(place * classes)..((place + 1) * classes)]);
        }
    }

    private static Tensor Normalized(byte[] pixels, int[] shape, string architecture)
    {
        var spec = Architecture.Find(architecture).Preprocessing;
        var mean = tensor(spec.Mean.Select(m => (float)m).ToArray()).view(1, 3, 1, 1);
        var std = tensor(spec.Std.Select(s => (float)s).ToArray()).view(1, 3, 1, 1);
        var images = tensor(pixels, [shape[0], shape[1], shape[2], shape[3]]).permute(0, 3, 1, 2).to(ScalarType.Float32);
        return ((images / 255f) - mean) / std;
    }
}
