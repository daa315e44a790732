using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Experiments;
using ResNetService.Modeling.Experiments.Responses;
using ResNetService.Modeling.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Experiments;

[Collection(TrainingCollection.Name)]
public sealed class ResponsesTests : IDisposable
{
    private readonly ExperimentFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TestBatches _batches = new(SyntheticImages.Set(150, seed: 3));

    [Fact]
    public void Moments_OfTensorsOneAfterAnother_AreThoseOfAllTheirElements()
    {
        var moments = new LayerResponse.Moments();
        moments.Add(tensor(new[] { 2f, 4f, 4f, 4f }));
        moments.Add(tensor(new[] { 5f, 5f, 7f, 9f }));

        Assert.Equal(2, moments.Deviation, 6);
    }

    [Fact]
    public void Measure_ResidualNetwork_HasEach3x3LayerBehindItsBatchNorm()
    {
        using var network = Build("resnet20-cifar-c");

        var layers = Measure(network);

        // Option C's projections are 1x1, and no layers of figure 7.
        Assert.Equal(19, layers.Count);
        Assert.Equal(["conv1", "layer1.0.conv1", "layer1.0.conv2", "layer1.1.conv1"], layers.Take(4).Select(l => l.Name));
        Assert.Equal(Enumerable.Range(1, 19), layers.Select(l => l.Layer));
    }

    [Fact]
    public void Measure_FirstLayer_IsTheDeviationOfItsNormalizedOutput()
    {
        using var network = Build("plain20-cifar");
        var (convolution, norm) = ((Conv2d)network.named_modules().Single(m => m.name == "conv1").module, (BatchNorm2d)network.named_modules().Single(m => m.name == "bn1").module);
        var outputs = new List<Tensor>();
        DecoratingSignal Read(Tensor images)
        {
            outputs.Add(norm.forward(convolution.forward(images)).DetachFromDisposeScope());
            return new ObservedSignal(new TensorSignal(images), (_, _, _) => { });
        }

        _batches.ForEach(network, Read, (_, _) => { }, new Progress<int>(), CancellationToken.None);

        Assert.Equal(cat(outputs, 0).std(unbiased: false).item<float>(), Measure(network)[0].Deviation, 4);
        outputs.ForEach(output => output.Dispose());
    }

    [Fact]
    public void Measure_LayersWithoutBatchNorm_SaysWhich()
    {
        using var network = Build("highway19-cifar");
        Assert.Contains("entries.0", Assert.Throws<ExperimentException>(() => Measure(network)).Message);
    }

    [Theory]
    [InlineData(1.0, 0.5, "At 20 layers the responses of resnet20-cifar are weaker than those of plain20-cifar: 0.5 to 1 in the median; 2 of 2 layers answer more weakly than the same layer there.")]
    [InlineData(0.5, 1.0, "At 20 layers the responses of resnet20-cifar are no weaker than those of plain20-cifar: 1 to 0.5 in the median; 0 of 2 layers answer more weakly than the same layer there.")]
    public void Findings_OfTwoFamilies_FollowTheResponses(double plain, double residual, string expected) =>
        Assert.Equal([expected], ResponsesFindings.Of([Responses("plain20-cifar", plain), Responses("resnet20-cifar", residual)]));

    [Theory]
    [InlineData(1.0, 0.5, "from 1 to 0.5: a layer of the deeper network answers more weakly.")]
    [InlineData(0.5, 1.0, "from 0.5 to 1: a layer of the deeper network answers no more weakly.")]
    public void Findings_OfTwoDepths_FollowTheResponses(double shallow, double deep, string expected) =>
        Assert.EndsWith(expected, Assert.Single(ResponsesFindings.Of([Responses("resnet56-cifar", deep), Responses("resnet20-cifar", shallow)])));

    [Fact]
    public void Run_TrainedNetworks_WritesResponsesPlotAndPage()
    {
        ResponsesExperiment.Run(_folder.Run("plain20-cifar", "resnet20-cifar"), ExperimentFolder.Recipe);

        Assert.Equal(1 + (2 * 19), _folder.Lines("responses.csv").Length);
        _folder.AssertPlots("responses");
        var page = _folder.Read("responses.md");
        Assert.Contains("At 20 layers the responses of resnet20-cifar are ", page);
        Assert.Contains("training images 18, epochs 1, schedule step, learning-rate 0.01, seed 1", page);
    }

    public void Dispose()
    {
        _batches.Dispose();
        _scope.Dispose();
        _folder.Dispose();
    }

    private static NetworkResponses Responses(string name, double deviation) =>
        new(ExperimentFolder.Trained(name, 0, 0), [new(1, "conv1", deviation), new(2, "conv2", deviation)]);

    private static Network Build(string name)
    {
        random.manual_seed(5);
        var network = Architecture.Find(name).Build();
        Initialization.Apply(network);
        network.eval();
        return network;
    }

    private IReadOnlyList<LayerResponse> Measure(Network network) => LayerResponse.Measure(network, _batches, new Progress<int>(), CancellationToken.None);
}
