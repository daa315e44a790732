using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Training;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Training;

[Collection(TrainingCollection.Name)]
public sealed class WeightAverageTests
{
    [Fact]
    public void Update_WeightsAndStatistics_AreAveragedAndCountersCopied()
    {
        using var scope = NewDisposeScope();
        var architecture = Architecture.Find("resnet20-cifar");
        using var source = architecture.Build();
        using var average = new WeightAverage(architecture.Build(), source, decay: 0.9);
        var before = source.get_parameter("fc.bias")!.detach().clone();
        using (no_grad())
        {
            source.get_parameter("fc.bias")!.fill_(2);
            source.state_dict()["bn1.running_var"].fill_(3); // 1 before
            source.state_dict()["bn1.num_batches_tracked"].fill_(7);
        }

        average.Update(step: 1); // decay 2/11
        average.Update(step: 1000); // decay 0.9

        var state = average.Network.state_dict();
        Assert.True(allclose(Mixed(Mixed(before, 2, 2.0 / 11), 2, 0.9), state["fc.bias"]));
        Assert.Equal(3 - (2 * 2.0 / 11 * 0.9), state["bn1.running_var"][0].item<float>(), 1e-5);
        Assert.Equal(7, state["bn1.num_batches_tracked"].item<long>());

        static Tensor Mixed(Tensor average, double value, double decay) => (average * decay) + (value * (1 - decay));
    }

    [Theory]
    [InlineData(1, 2.0 / 11)]
    [InlineData(80, 0.9)]
    [InlineData(81, 0.9)]
    [InlineData(1_000_000, 0.9)]
    public void DecayAt_Step_GrowsToItsValue(long step, double expected)
    {
        using var source = Architecture.Find("resnet20-cifar").Build();
        using var average = new WeightAverage(Architecture.Find("resnet20-cifar").Build(), source, decay: 0.9);
        Assert.Equal(expected, average.DecayAt(step), 1e-12);
    }
}
