using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Training;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Training;

public sealed class TrainingLossTests
{
    private static readonly float[,] Logits = { { 1, 2, 0.5f }, { -1, 0, 3 } };

    // log softmax of the rows: [-1.4644 -0.4644 -1.9644] and [-4.0659 -3.0659 -0.0659].
    [Theory]
    [InlineData(0, 1.4644 + 0.0659)]
    [InlineData(0.3, (0.7 * 1.4644) + (0.3 * (1.4644 + 0.4644 + 1.9644) / 3) + (0.7 * 0.0659) + (0.3 * (4.0659 + 3.0659 + 0.0659) / 3))]
    public void Of_Smoothing_MixesTheTargetWithAllClasses(double smoothing, double expected) => Assert.Equal(expected / 2, Loss(smoothing, null), 1e-3);

    [Fact]
    public void Of_Weights_WeighEachImageByItsClass() => Assert.Equal(((2 * 1.4644) + (0.5 * 0.0659)) / 2, Loss(0, [2, 1, 0.5f]), 1e-3);

    [Fact]
    public void Of_WeightsOfOne_AreAsNone() => Assert.Equal(Loss(0.1, null), Loss(0.1, [1, 1, 1]), 1e-6);

    [Fact]
    public void Of_AuxiliaryHeads_AddAtTheirWeight()
    {
        using var scope = NewDisposeScope();
        using var loss = new TrainingLoss(0, null, CPU);
        var logits = new TensorSignal(tensor(Logits));
        var value = loss.Of(new TrainingSignals(logits, [logits, logits], AuxiliaryWeight: 0.3), Classes).item<float>();
        Assert.Equal(1.6 * (1.4644 + 0.0659) / 2, value, 1e-3);
    }

    [Fact]
    public void Weights_UnbalancedClasses_MakeEachWeighTheSame()
    {
        int[] classes = [0, 0, 0, 0, 0, 0, 1, 1, 2];
        var weights = TrainingLoss.Weights(classes, 3)!;
        Assert.Equal([0.5f, 1.5f, 3f], weights);
        Assert.Equal(1, classes.Average(@class => weights[@class]), 1e-6);
    }

    [Fact]
    public void Weights_BalancedClasses_AreNone() => Assert.Null(TrainingLoss.Weights([0, 1, 2, 2, 1, 0], 3));

    private static Tensor Classes => tensor(new long[] { 0, 2 });

    private static double Loss(double smoothing, float[]? weights)
    {
        using var scope = NewDisposeScope();
        using var loss = new TrainingLoss(smoothing, weights, CPU);
        return loss.Of(new TrainingSignals(new TensorSignal(tensor(Logits)), [], 0), Classes).item<float>();
    }
}
