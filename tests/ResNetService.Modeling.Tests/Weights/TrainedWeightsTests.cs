using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Import;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Weights;

/// <summary>Weights that others have trained and saved: they must arrive whole, from every format, and give their authors' results.</summary>
public sealed class TrainedWeightsTests
{
    [Fact]
    public void Read_OneNetworkInThreeFormats_GivesTheSameTensors()
    {
        using var safetensors = WeightFile.Open(SharedData.Require("weights/cifar10-resnet20.safetensors"));
        using var zip = WeightFile.Open(SharedData.Require("weights/cifar10-resnet20.zip.pth"));
        using var legacy = WeightFile.Open(SharedData.Require("weights/cifar10-resnet20-12fca82f.th"));

        foreach (var (file, prefix) in new[] { (zip, "state_dict/"), (legacy, "state_dict/module.") })
        {
            var entries = file.Entries.ToDictionary(entry => entry.Name[prefix.Length..]);
            Assert.Equal(safetensors.Entries.Count, entries.Count);
            foreach (var expected in safetensors.Entries)
            {
                Assert.Equal(expected.Shape, entries[expected.Name].Shape);
                Assert.Equal(safetensors.ReadFloats(expected), file.ReadFloats(entries[expected.Name]));
            }
        }
    }

    [Fact]
    public void Sha256_PublishedFile_IsThatOfItsName()
    {
        using var file = WeightFile.Open(SharedData.Require("weights/cifar10-resnet20-12fca82f.th"));

        Assert.StartsWith("12fca82f", file.Sha256(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resnet20-cifar", "cifar10-resnet20.safetensors", "cifar10-resnet20", 1)]
    [InlineData("resnet20-cifar", "cifar10-resnet20.zip.pth", "cifar10-resnet20", 2)]
    [InlineData("resnet20-cifar", "cifar10-resnet20-12fca82f.th", "cifar10-resnet20", 3)]
    [InlineData("resnet56-cifar", "cifar10-resnet56-4bfd9763.th", "cifar10-resnet56", 3)]
    public void Apply_CifarNetwork_GivesTheReferenceLogits(string architecture, string weights, string golden, int rules)
    {
        var difference = Difference(architecture, SharedData.Require($"weights/{weights}"), "cifar10-input-u8-nhwc", golden, out var applied);

        Assert.Equal(rules, applied.Count);
        Assert.InRange(difference, 0, 2e-4);
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    public void Apply_ImageNetNetwork_GivesTheReferenceLogits(string architecture)
    {
        var weights = CompactWeights.Expand($"weights/imagenet-{architecture}.compact.safetensors");

        var difference = Difference(architecture, weights, "preprocessed-u8-nhwc", $"imagenet-{architecture}", out var applied);

        Assert.Empty(applied);
        Assert.InRange(difference, 0, 2e-4);
    }

    /// <summary>The largest absolute difference of the imported network's logits from the reference.</summary>
    private static double Difference(string architecture, string weights, string input, string golden, out IReadOnlyList<string> applied)
    {
        var (expected, _) = Golden.Read<double>($"{golden}-logits");
        var (pixels, shape) = Golden.Read<byte>(input);
        using var scope = NewDisposeScope();
        using var network = Architecture.Find(architecture).Build();
        using (var file = WeightFile.Open(weights))
            applied = WeightImport.Apply(file, new ModuleTarget(network));
        network.eval();

        using var mode = inference_mode();
        var spec = PreprocessingSpec.ImageNet;
        var mean = tensor(spec.Mean.Select(m => (float)m).ToArray()).view(1, 3, 1, 1);
        var std = tensor(spec.Std.Select(s => (float)s).ToArray()).view(1, 3, 1, 1);
        var images = tensor(pixels, [shape[0], shape[1], shape[2], shape[3]]).permute(0, 3, 1, 2).to(ScalarType.Float32);
        return Golden.LargestDifference(network.forward(((images / 255f) - mean) / std).data<float>().ToArray(), expected);
    }
}
