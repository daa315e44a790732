using ResNetService.Inference;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Explanation;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Tests.Architectures;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Onnx;

/// <summary>The output <c>features</c> of exported networks, read by the service's own code.</summary>
public sealed class FeatureOutputTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("resnet-features-");

    public static TheoryData<string> Names => Registry.Names;

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>
    /// The mean of a class's map is its logit without the bias. Of two classes and two photographs the biases cancel, and the logarithms of the
    /// probabilities differ by what the means differ.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Features_OfANetworkThatPools_ExplainItsLogits(string name)
    {
        var architecture = Registry.Find(name);
        using var network = Build(architecture);
        if (!architecture.Measure().PoolsGlobally)
        {
            var error = Assert.Throws<ExportException>(() => Export(network, architecture, Precision.Fp32));
            Assert.Contains($"{architecture.Name} does not end in global average pooling", error.Message, StringComparison.Ordinal);
            return;
        }

        await AssertExplainsAsync(Export(network, architecture, Precision.Fp32), tolerance: 1e-4);
    }

    [Fact]
    public async Task Features_InFloat16_ExplainTheLogitsAsNearly()
    {
        var architecture = Architecture.Find("resnet20-cifar");
        using var network = Build(architecture);

        await AssertExplainsAsync(Export(network, architecture, Precision.Fp16), tolerance: 2e-2);
    }

    private static async Task AssertExplainsAsync(string directory, double tolerance)
    {
        await using var inference = await ResNetInference.OpenAsync(directory);
        Assert.True(inference.Model.Explains);
        var (cat, coffee) = (await MarginAsync(inference, "cat.jpg"), await MarginAsync(inference, "coffee.jpg"));

        var largest = new[] { cat.Means, coffee.Means, cat.Largest, coffee.Largest }.Max(Math.Abs);
        Assert.InRange(Math.Abs((cat.Logits - coffee.Logits) - (cat.Means - coffee.Means)), 0, tolerance * largest);
    }

    /// <summary>By how much class 3 is above class 5: by the probabilities, and by the means of the maps.</summary>
    private static async Task<(double Logits, double Means, double Largest)> MarginAsync(ResNetInference inference, string photograph)
    {
        var image = new EncodedImage(null, await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "samples", photograph), TestContext.Current.CancellationToken));
        var (three, five) = (await ExplainAsync(inference, image, "3"), await ExplainAsync(inference, image, "5"));
        return (
            Math.Log(three.Prediction.Probability) - Math.Log(five.Prediction.Probability),
            Mean(three.Map) - Mean(five.Map),
            three.Map.Values.ToArray().Max(Math.Abs));
    }

    private static double Mean(ActivationMap map) => map.Values.ToArray().Average(value => (double)value);

    private static async Task<Explanation> ExplainAsync(ResNetInference inference, EncodedImage image, string text) =>
        Assert.Single((await inference.Explainer.ExplainAsync(new([image], Class: text), TestContext.Current.CancellationToken)).Results).Explanation!;

    private static Network Build(Architecture architecture)
    {
        random.manual_seed(8);
        var network = architecture.Build(10);
        network.eval();
        return network;
    }

    private string Export(Network network, Architecture architecture, Precision precision)
    {
        var directory = Path.Combine(_root.FullName, architecture.Name, "1");
        ModelExporter.Export(network, Manifest(architecture, precision), directory, replace: false, CancellationToken.None);
        return directory;
    }

    private static ModelManifest Manifest(Architecture architecture, Precision precision) => new()
    {
        Architecture = architecture.Name,
        Precision = precision,
        Graph = new GraphSpec { Features = "features" },
        Preprocessing = Registry.Small(architecture),
        Labels = LabelSets.Cifar10,
        Provenance = new("a test", "none"),
    };
}
