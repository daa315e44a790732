using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Experiments.Signals;
using ResNetService.Modeling.Tests.Training;
using ResNetService.Modeling.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Experiments;

[Collection(TrainingCollection.Name)]
public sealed class SignalTests : IDisposable
{
    private static readonly ProbeDesign Plain = new(4, Nonlinearity.ReLU, InitializationKind.He, BatchNorm: false, Way.Plain);

    private readonly ExperimentFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string, string, bool> Designs =>
    [
        .. from nonlinearity in Enum.GetNames<Nonlinearity>() from way in Enum.GetNames<Way>() from norm in ProbeDesign.BatchNorms select (nonlinearity, way, norm),
    ];

    [Theory]
    [MemberData(nameof(Designs))]
    public void Forward_OfEveryDesign_HasItsDepthAndIsTheSameAsInOnnx(string nonlinearity, string way, bool norm)
    {
        using var network = new ProbeNet(new LayerFactory(CPU), Plain with { Nonlinearity = Enum.Parse<Nonlinearity>(nonlinearity), Way = Enum.Parse<Way>(way), BatchNorm = norm }, width: 4, classes: 10);
        Initialization.Apply(network);
        using var exported = new Onnx.ExportedModel(network, "resnet20-cifar");

        // Counted are the first convolution and the last linear layer too.
        Assert.Equal(4 + 2, ((CostSignal)network.Forward(new CostSignal(new(3, 32, 32)))).Depth);
        Assert.True(exported.Agreement.LargestDifference < 1e-4, exported.Agreement.ToString());
    }

    /// <summary>Behind the last layer is a mean over 16x16 pixels and a linear layer, whose gradient is known.</summary>
    [Fact]
    public void Measure_LastLayer_HasTheGradientOfCrossEntropyThroughTheMean()
    {
        random.manual_seed(3);
        var (images, classes) = (randn(6, 3, 32, 32), tensor(new long[] { 0, 1, 2, 3, 4, 5 }));
        using var probe = new Probe(Plain, width: 4, classes: 10, seed: 7);

        var (layers, loss) = probe.Measure((images, classes));

        random.manual_seed(7);
        using var network = new ProbeNet(new LayerFactory(CPU), Plain, width: 4, classes: 10);
        Initialization.Apply(network, Plain.Initialization);
        var logits = network.forward(images);
        var weight = network.modules().OfType<Linear>().Single().weight!;
        var gradient = (logits.softmax(1) - nn.functional.one_hot(classes, 10)).matmul(weight) / (6 * 16 * 16);
        Assert.Equal([1, 2, 3, 4], layers.Select(l => l.Layer));
        Assert.Equal(nn.functional.cross_entropy(logits, classes).item<float>(), loss, 5);
        Assert.Equal(1, layers[3].Gradient / gradient.std(unbiased: false).item<float>(), 4);
    }

    /// <summary>With the identity as every kernel nothing changes from layer to layer, nor does a gradient on its way back.</summary>
    [Fact]
    public void Measure_LayersThatChangeNothing_CarrySignalAndGradient()
    {
        using var probe = new Probe(Plain, width: 4, classes: 10, seed: 7);
        using (no_grad())
        {
            foreach (var convolution in probe.Network.modules().OfType<Conv2d>().Where(c => c.in_channels == c.out_channels))
                nn.init.dirac_(convolution.weight!);
        }

        var (layers, _) = probe.Measure((randn(6, 3, 32, 32), zeros(6, ScalarType.Int64)));

        Assert.All(layers, layer => Assert.Equal(layers[0].Activation, layer.Activation));
        Assert.All(layers, layer => Assert.Equal(layers[0].Flat, layer.Flat));
        // The first layer's gradient is cut where ReLU is 0; behind it nothing is.
        Assert.All(layers.SkipLast(1), layer => Assert.Equal(layers[0].Gradient, layer.Gradient));
        Assert.Equal(Flow.Carried, GradientFlow.Of(layers));
    }

    [Fact]
    public void Deviation_OfSmallGradients_DoesNotUnderflow()
    {
        Assert.Equal(1e-30, Probe.Deviation(tensor(new[] { 1e-30f, -1e-30f, 1e-30f, -1e-30f })), 1e-35);
        Assert.Equal(2, Probe.Deviation(tensor(new[] { 1f, 5f, 1f, 5f })));
    }

    [Fact]
    public void IsFlat_OutputsOfEachKind_AreWhereTheSlopeIsSmall()
    {
        Assert.Equal([true, false, false, true], Flat(Nonlinearity.Sigmoid, 0.001f, 0.01f, 0.5f, 0.999f));
        Assert.Equal([true, false, false, true], Flat(Nonlinearity.Tanh, -0.999f, -0.9f, 0f, 0.998f));
        Assert.Equal([true, false], Flat(Nonlinearity.ReLU, 0f, 1e-20f));
    }

    [Fact]
    public void Run_Steps_LowerTheLossAndMeasureAgain()
    {
        using var probe = new Probe(Plain with { BatchNorm = true, Way = Way.Residual }, width: 4, classes: 10, seed: 1);
        var batch = (randn(8, 3, 32, 32), arange(8, ScalarType.Int64));

        var result = probe.Run([batch], steps: 20, learningRate: 0.05, CancellationToken.None);

        Assert.InRange(result.LastLoss, 0, 0.9 * result.FirstLoss);
        Assert.Equal([2, 4], result.Trained.Select(l => l.Layer));
        Assert.NotEqual(result.AtFirst, result.Trained);
    }

    [Fact]
    public void Run_StepsThatDiverge_KeepWhatWasMeasuredBefore()
    {
        using var probe = new Probe(Plain, width: 4, classes: 10, seed: 1);

        var result = probe.Run([(randn(8, 3, 32, 32), arange(8, ScalarType.Int64))], steps: 20, learningRate: 1e20, CancellationToken.None);

        Assert.True(result.Diverged);
        Assert.Equal(4, result.AtFirst.Count);
    }

    [Theory]
    [InlineData(1e-4, 1, "Vanishing")]
    [InlineData(0, 0, "Vanishing")]
    [InlineData(1e-3, 1, "Carried")]
    [InlineData(999, 1, "Carried")]
    [InlineData(1001, 1, "Exploding")]
    [InlineData(double.NaN, 1, "Exploding")]
    public void GradientFlow_OfFirstAndLast_HasAThousandAsItsLimit(double first, double last, string expected) =>
        Assert.Equal(expected, GradientFlow.Of([new(1, 1, first, 0), new(2, 1, last, 0)]).ToString());

    [Fact]
    public void Findings_OfAllDesigns_CountWhatVanishes()
    {
        // Plain networks without BatchNorm vanish where they are deep, and all others are carried.
        var results = ProbeDesign.All([2, 8]).Select(design => Result(design, design is { Way: Way.Plain, BatchNorm: false, Depth: 8 } ? 1e-6 : 1)).ToArray();

        var findings = SignalFindings.Of(results);

        Assert.Contains("8 layers without BatchNorm, gradients at first: 6 of 6 plain networks vanish and 0 explode, 0 of 6 residual networks vanish and 0 explode, 0 of 6 highway networks vanish and 0 explode.", findings);
        Assert.Contains("2 layers without BatchNorm, gradients at first: 0 of 6 plain networks vanish", findings[0]);
        Assert.Contains(findings, f => f.Contains("by a factor of 1 and of 1E+06 (medians of the plain networks): depth drives them apart", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Contains("(medians of the residual networks): depth does not drive them apart", StringComparison.Ordinal));
        Assert.Equal(["8", "plain", "no", "6", "6", "0", "6", "0", "0", "6"], SignalFindings.FlowRows(results).Single(row => row[0] == "8" && row[1] == "plain" && row[2] == "no"));
    }

    [Fact]
    public void Findings_OfOtherNumbers_SayOtherwise()
    {
        var findings = SignalFindings.Of([.. ProbeDesign.All([2, 8]).Select(design => Result(design, design is { Way: Way.Residual, Depth: 2 } ? 1e6 : 1))]);

        Assert.Contains(findings, f => f.Contains("2 layers with BatchNorm", StringComparison.Ordinal) && f.Contains("0 of 6 residual networks vanish and 6 explode", StringComparison.Ordinal));
        Assert.Contains("ReLU, He's weights and BatchNorm, as in the paper, 2 layers: the gradient of the first layer is 1 (plain), 1E+06 (residual), 1 (highway) times that of the last.", findings);
        Assert.Contains(findings, f => f.Contains("by a factor of 1E+06 and of 1 (medians of the residual networks): depth does not drive them apart", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_WithoutData_IsNoiseOfTheSeed()
    {
        var setting = new SignalSetting([2], Width: 2, BatchSize: 8, Batches: 3, Steps: 1);
        var run = _folder.Run() with { Options = _folder.Run().Options with { Data = null } };

        var batches = setting.Load(run);

        Assert.Equal(3, batches.Count);
        Assert.All(batches, batch => Assert.Equal(([8L, 3, 32, 32], [8L]), (batch.Images.shape, batch.Classes.shape), (one, two) => one.Item1.SequenceEqual(two.Item1) && one.Item2.SequenceEqual(two.Item2)));
        Assert.Equal(1, batches[0].Images.std().item<float>(), 0.05);
        Assert.True(batches[1].Images.Equals(setting.Load(run)[1].Images));
        Assert.False(batches[1].Images.Equals(batches[0].Images));
    }

    [Fact]
    public void Load_FewerImagesThanABatch_SaysSo() =>
        Assert.Contains("holds 24 training images, and a batch takes 32", Assert.Throws<TrainingException>(() => SignalSetting.Quick.Load(_folder.Run())).Message);

    [Fact]
    public void Experiment_Smallest_WritesEveryLayerPlotsAndPage()
    {
        SignalExperiment.Run(_folder.Run(), new SignalSetting([2], Width: 2, BatchSize: 4, Batches: 2, Steps: 1));

        // 3 nonlinearities, 2 initialisations, with and without BatchNorm; 2 layers, or 1 block, at 2 times.
        Assert.Equal(1 + (12 * (2 + 1 + 2) * 2), _folder.Lines("signal.csv").Length);
        Assert.Equal(1 + (12 * 3), _folder.Lines("signal-networks.csv").Length);
        _folder.AssertPlots("signal-2-gradient-first", "signal-2-activation-first", "signal-2-gradient-trained", "signal-2-activation-trained");
        Assert.Contains("on the training images of 32x32", _folder.Read("signal.md"));
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static bool[] Flat(Nonlinearity nonlinearity, params float[] outputs) => new ProbeNonlinearity(nonlinearity).IsFlat(tensor(outputs)).data<bool>().ToArray();

    private static ProbeResult Result(ProbeDesign design, double ratio)
    {
        LayerScale[] layers = [new(1, 1, ratio, 0.5), new(2, 1, 1, 0.25)];
        return new(design, layers, layers, FirstLoss: 2, LastLoss: 1);
    }
}
