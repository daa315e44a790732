using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Training;
using ResNetService.Modeling.Weights;
using ResNetService.Modeling.Weights.Safetensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Training;

/// <summary>What a run begins with when it begins with trained weights.</summary>
[Collection(TrainingCollection.Name)]
public sealed class FineTuningTests : IDisposable
{
    private static readonly TrainingOptions Options = TrainingOptions.FineTune;

    private readonly TemporaryFolder _folder = new();
    private readonly Network _original;

    public FineTuningTests()
    {
        random.manual_seed(5);
        _original = Architecture.Find("resnet20-cifar").Build();
        Initialization.Apply(_original);
        using var _ = no_grad();
        foreach (var norm in _original.modules().OfType<BatchNorm2d>())
        {
            norm.running_mean!.uniform_(-0.2, 0.2);
            norm.running_var!.uniform_(0.5, 1.5);
            norm.weight!.uniform_(0.5, 1.5);
            norm.bias!.uniform_(-0.2, 0.2);
        }

        _original.eval();
    }

    private string WeightPath => Path.Combine(_folder.Path, "weights.safetensors");

    private string Model => Path.Combine(_folder.Path, "models", "original", "1");

    [Fact]
    public void Fill_WeightFile_GivesEverythingButTheHead()
    {
        WriteWeights();
        using var network = NewNetwork(WeightPath);

        var state = network.Network.state_dict();
        Assert.Equal([3L, 64], state["fc.weight"].shape);
        Assert.All(_original.state_dict().Where(t => !t.Key.StartsWith("fc", StringComparison.Ordinal)), t => Assert.True(t.Value.equal(state[t.Key]).all().item<bool>(), t.Key));
    }

    [Fact]
    public void Fill_ModelDirectory_ComputesTheSameFeatures()
    {
        Export();
        using var network = NewNetwork(Model);
        network.Network.eval();
        Assert.InRange(FeatureDifference(network.Network), 0, 1e-5);
    }

    [Fact]
    public void RestoreStatistics_ModelDirectory_KeepsTheFunctionAndBringsTrainingNearIt()
    {
        Export();
        using var scope = NewDisposeScope();
        using var network = NewNetwork(Model);
        var data = SyntheticImages.Data(trainImages: 64);
        var (images, _) = new BatchLoader(data.Train, PreprocessingSpec.Cifar, decoders: 1).Load([Enumerable.Range(0, 64).ToArray()], _ => Augmentation.None).Single().ToTensors(CPU);
        var folded = TrainingError();

        Assert.True(network.RestoreStatistics(data, PreprocessingSpec.Cifar));

        network.Network.eval();
        Assert.InRange(FeatureDifference(network.Network), 0, 1e-4);
        Assert.False(network.RestoreStatistics(data, PreprocessingSpec.Cifar));
        Assert.InRange(TrainingError(), 0, folded / 100);

        // How far the logits of training are from those of evaluation, on the images that gave the statistics.
        double TrainingError()
        {
            using var _ = no_grad();
            network.Network.eval();
            var expected = network.Network.forward(images);
            network.Network.train();
            var copy = network.Network.state_dict().ToDictionary(t => t.Key, t => t.Value.clone());
            var error = (network.Network.forward(images) - expected).abs().max().item<float>() / expected.abs().max().item<float>();
            foreach (var (key, value) in network.Network.state_dict())
                value.copy_(copy[key]);
            return error;
        }
    }

    [Fact]
    public void RestoreStatistics_WeightsThatHaveThem_LeavesThem()
    {
        WriteWeights();
        using var network = NewNetwork(WeightPath);
        Assert.False(network.RestoreStatistics(SyntheticImages.Data(), PreprocessingSpec.Cifar));
    }

    /// <summary>Its BatchNorms have mean 0 and variance 1 as folded ones do, and normalising is their task.</summary>
    [Fact]
    public void RestoreStatistics_NewNetwork_LeavesEveryBatchNormAsItBegins()
    {
        using var network = TrainedNetwork.Create(Architecture.Find("resnet20-cifar"), 3, TrainingOptions.OneCycle);

        Assert.False(network.RestoreStatistics(SyntheticImages.Data(), PreprocessingSpec.Cifar));

        Assert.All(network.Network.modules().OfType<BatchNorm2d>(), norm => Assert.Equal(
            (1f, 1f, 0f, 0f, 1f),
            (norm.weight!.min().item<float>(), norm.weight!.max().item<float>(), norm.bias!.abs().max().item<float>(), norm.running_mean!.abs().max().item<float>(), norm.running_var!.max().item<float>())));
    }

    /// <summary>In a graph of a pre-activation network some BatchNorms are folded and others are not.</summary>
    [Fact]
    public void RestoreStatistics_GraphOfWhichAPartIsFolded_RestoresThatPart()
    {
        var architecture = Architecture.Find("preresnet18");
        using (var original = architecture.Build(10))
        {
            Initialization.Apply(original);
            using (no_grad())
            {
                foreach (var norm in original.modules().OfType<BatchNorm2d>())
                    norm.running_mean!.uniform_(0.1, 0.2);
            }

            original.eval();
            Export(original, "preresnet18");
        }

        using var network = TrainedNetwork.Create(architecture, 3, Options, PretrainedWeights.Open(Model, architecture));
        var norms = network.Network.named_modules().Where(m => m.module is BatchNorm2d).ToDictionary(m => (BatchNorm2d)m.module, m => m.name);
        var folded = BatchNormStatistics.Folded(network.Network).Select(norm => norms[norm]).ToArray();
        var kept = norms.Where(norm => !folded.Contains(norm.Value)).ToDictionary(norm => norm.Key, norm => norm.Key.running_mean!.clone());

        Assert.True(network.RestoreStatistics(SyntheticImages.Data(), PreprocessingSpec.Cifar));

        Assert.Equal(["bn1", .. Enumerable.Range(1, 4).SelectMany(stage => new[] { $"layer{stage}.0.bn2", $"layer{stage}.1.bn2" })], folded);
        Assert.Empty(BatchNormStatistics.Folded(network.Network));
        Assert.All(kept, norm => Assert.True(norm.Key.running_mean!.equal(norm.Value).all().item<bool>()));
    }

    [Fact]
    public void Open_WeightFileThatSaysItsPreprocessing_TakesIt()
    {
        var spec = PreprocessingSpec.Cifar with { Mean = [0.5, 0.4, 0.3], Interpolation = Interpolation.Bicubic };
        WriteWeights(new() { [WeightMetadata.PreprocessingKey] = ManifestWriter.ToJson(spec) });
        Assert.Equal(spec, PretrainedWeights.Open(WeightPath, Architecture.Find("resnet20-cifar")).Preprocessing);
    }

    [Fact]
    public void Open_WeightFileWithNonsenseAsPreprocessing_ListsItsFaults()
    {
        WriteWeights(new() { [WeightMetadata.PreprocessingKey] = """{"inputSize": 0}""" });
        Assert.Contains(WeightPath, Assert.Throws<ManifestException>(() => PretrainedWeights.Open(WeightPath, Architecture.Find("resnet20-cifar"))).Message);
    }

    [Fact]
    public void Open_ModelOfAnotherNetwork_IsRefused()
    {
        Export();
        var message = Assert.Throws<TrainingException>(() => PretrainedWeights.Open(Model, Architecture.Find("resnet32-cifar"))).Message;
        Assert.Equal($"{Model} is a model of resnet20-cifar, not of resnet32-cifar", message);
    }

    [Fact]
    public void Fill_WeightsOfAnotherNetwork_ListsTheDifferences()
    {
        WriteWeights();
        var pretrained = PretrainedWeights.Open(WeightPath, Architecture.Find("resnet32-cifar"));
        var message = Assert.Throws<WeightException>(() => TrainedNetwork.Create(Architecture.Find("resnet32-cifar"), 3, Options, pretrained)).Message;
        Assert.Contains("missing: layer1.3.conv1.weight", message);
        Assert.DoesNotContain("fc.", message);
    }

    [Fact]
    public void Fill_GraphOfAnotherExporter_IsRefusedByWhatIsMissing()
    {
        Export();
        using (var other = Architecture.Find("resnet20-cifar-b").Build())
        {
            var manifest = ManifestReader.Read(Path.Combine(Model, ModelManifest.FileName));
            Directory.Delete(Model, recursive: true);
            other.eval();
            ModelExporter.Export(other, manifest with { Architecture = "resnet32-cifar" }, Model, replace: false, CancellationToken.None);
        }

        var architecture = Architecture.Find("resnet32-cifar");
        var message = Assert.Throws<WeightException>(() => TrainedNetwork.Create(architecture, 3, Options, PretrainedWeights.Open(Model, architecture))).Message;
        Assert.Contains("is not a graph of resnet32-cifar with 10 classes as 'resnet export' writes it", message);
        Assert.Contains("missing: layer1.4.conv2.weight", message);
    }

    [Fact]
    public void Weights_NetworkWithAuxiliaryHeads_AreThoseThatServe()
    {
        var architecture = Architecture.Find("googlenet");
        using var network = TrainedNetwork.Create(architecture, 2, TrainingOptions.OneCycle);
        Assert.Contains(network.Parameters, p => p.Name.StartsWith("aux1.", StringComparison.Ordinal));
        using var served = architecture.Build(2);
        Assert.Equal(served.state_dict().Keys.Order(), network.Weights().Select(t => t.Name).Order());
    }

    public void Dispose()
    {
        _original.Dispose();
        _folder.Dispose();
    }

    private static TrainedNetwork NewNetwork(string path)
    {
        var architecture = Architecture.Find("resnet20-cifar");
        return TrainedNetwork.Create(architecture, 3, Options, PretrainedWeights.Open(path, architecture));
    }

    private void WriteWeights(Dictionary<string, string>? metadata = null) =>
        SafetensorsWriter.Write(WeightPath, _original.state_dict().Select(t => t.Value.ToSafetensors(t.Key)), metadata);

    private void Export() => Export(_original, "resnet20-cifar");

    private void Export(Network network, string architecture) => ModelExporter.Export(
        network,
        new ModelManifest
        {
            Architecture = architecture,
            Precision = Precision.Fp32,
            Graph = new GraphSpec { InputType = InputType.UInt8, Layout = TensorLayout.Nhwc },
            Preprocessing = PreprocessingSpec.Cifar,
            Labels = LabelSets.Cifar10,
            Provenance = new("a test", "none"),
        },
        Model,
        replace: false,
        CancellationToken.None);

    /// <summary>With the original's head put in place: of the largest logit.</summary>
    private double FeatureDifference(Network network)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var input = randn(2, 3, 32, 32);
        var expected = _original.forward(input);
        Tensor features = zeros(0);
        network.Forward(new ObservedSignal(new TensorSignal(input), (layer, x, _) => features = layer is Linear ? x : features));
        var logits = features.matmul(_original.get_parameter("fc.weight")!.t()) + _original.get_parameter("fc.bias")!;
        return (logits - expected).abs().max().item<float>() / expected.abs().max().item<float>();
    }
}
