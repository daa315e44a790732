using ResNetService.Imaging;
using ResNetService.Inference;
using ResNetService.Inference.Execution;
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
    private const int Class = 3;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("resnet-features-");

    public static TheoryData<string> Names => Registry.OneOfEachKind;

    public void Dispose() => _root.Delete(recursive: true);

    /// <summary>
    /// The mean of a class's map is its logit without the bias, which is the same for every image: the logits of two photographs differ by what the means
    /// differ.
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
        var (cat, coffee) = (await ExplainAsync(inference, directory, "cat.jpg"), await ExplainAsync(inference, directory, "coffee.jpg"));

        var largest = new[] { cat.Map, coffee.Map }.Max(map => map.Values.ToArray().Max(Math.Abs));
        Assert.InRange(Math.Abs((cat.Logit - coffee.Logit) - (Mean(cat.Map) - Mean(coffee.Map))), 0, tolerance * largest);
    }

    private static double Mean(ActivationMap map) => map.Values.ToArray().Average(value => (double)value);

    /// <summary>The map of a class as the service has it, and the class's logit as the graph has it.</summary>
    private static async Task<(ActivationMap Map, double Logit)> ExplainAsync(ResNetInference inference, string directory, string photograph)
    {
        var data = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "samples", photograph), TestContext.Current.CancellationToken);
        var response = await inference.Explainer.ExplainAsync(new([new(photograph, data)], Class: $"{Class}"), TestContext.Current.CancellationToken);

        var manifest = inference.Model.Manifest;
        var preprocessor = new ImagePreprocessor(manifest.Preprocessing, new ImageDecoder(new ImageLimits(), new DecodeOptions()));
        var pixels = new byte[preprocessor.OutputLength];
        preprocessor.Preprocess(data, pixels);
        using var session = ExecutionBackend.OnCpu().Load(Path.Combine(directory, ModelManifest.GraphFileName));
        var (size, result) = (manifest.Preprocessing.InputSize, Assert.Single(response.Results));
        Assert.Null(result.Error);
        return (result.Explanation!.Map, GraphRun.Logits(session, manifest, pixels, 1, size, size)[Class]);
    }

    private static Network Build(Architecture architecture)
    {
        random.manual_seed(8);
        var network = architecture.Build(10);
        network.eval();
        // Without it the features fade layer by layer, until the bias is all that the logits hold.
        Initialization.Apply(network);
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
