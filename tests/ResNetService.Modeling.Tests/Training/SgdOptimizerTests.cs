using ResNetService.Modeling.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Tests.Training;

public sealed class SgdOptimizerTests
{
    [Theory]
    [InlineData(0.9, 5e-4, true)]
    [InlineData(0.9, 1e-4, false)]
    [InlineData(0, 0, false)]
    [InlineData(0, 1e-2, false)]
    public void Step_TenTimes_MatchesTorchSharpsSgd(double momentum, double weightDecay, bool nesterov)
    {
        using var scope = NewDisposeScope();
        var (ours, theirs) = (nn.Linear(5, 3), nn.Linear(5, 3));
        theirs.load_state_dict(ours.state_dict());
        using var optimizer = new SgdOptimizer(Parameters(ours), momentum, weightDecay, nesterov);
        var reference = optim.SGD(theirs.parameters(), learningRate: 1, momentum, weight_decay: weightDecay, nesterov: nesterov);

        for (var step = 0; step < 10; step++)
        {
            var (input, rate) = (randn(4, 5), 0.1 / (step + 1));
            optimizer.ZeroGradients();
            Loss(ours, input).backward();
            optimizer.Step(rate);

            reference.ParamGroups.Single().LearningRate = rate;
            reference.zero_grad();
            Loss(theirs, input).backward();
            reference.step();
        }

        Assert.True(allclose(ours.weight!, theirs.weight!, rtol: 1e-6, atol: 1e-7));
        Assert.True(allclose(ours.bias!, theirs.bias!, rtol: 1e-6, atol: 1e-7));
    }

    [Fact]
    public void Step_HandComputed_FollowsTheFormula()
    {
        using var scope = NewDisposeScope();
        var layer = nn.Linear(1, 1, hasBias: false);
        using (no_grad())
            layer.weight!.fill_(2);
        using var optimizer = new SgdOptimizer(Parameters(layer), momentum: 0.5, weightDecay: 0.25, nesterov: true);

        for (var step = 0; step < 2; step++)
        {
            optimizer.ZeroGradients();
            layer.forward(ones(1, 1)).sum().backward(); // a gradient of 1
            optimizer.Step(0.5);
        }

        // 1: g = 1 + 0.5 = 1.5; v = 1.5; w = 2 - 0.5 (1.5 + 0.75) = 0.875
        // 2: g = 1 + 0.21875; v = 0.75 + 1.21875 = 1.96875; w = 0.875 - 0.5 (1.21875 + 0.984375) = -0.2265625
        Assert.Equal(-0.2265625f, layer.weight!.item<float>());
        Assert.Equal(1.96875f, optimizer.State.Single().Velocity.item<float>());
    }

    [Fact]
    public void State_Network_HasAVelocityForEachParameterByItsName()
    {
        using var layer = nn.Linear(5, 3);
        using var optimizer = new SgdOptimizer(Parameters(layer), 0.9, 0, nesterov: false);
        Assert.Equal(["weight [3, 5]", "bias [3]"], optimizer.State.Select(s => $"{s.Name} [{string.Join(", ", s.Velocity.shape)}]"));
    }

    [Fact]
    public void Step_RateFactor_MultipliesTheLearningRateOfItsParameterAlone()
    {
        using var scope = NewDisposeScope();
        var layer = nn.Linear(1, 1);
        using (no_grad())
        {
            layer.weight!.fill_(2);
            layer.bias!.fill_(2);
        }

        using var optimizer = new SgdOptimizer([new("weight", layer.weight!, 0.25), new("bias", layer.bias!)], momentum: 0, weightDecay: 0, nesterov: false);
        layer.forward(ones(1, 1)).sum().backward(); // gradients of 1
        optimizer.Step(0.5);

        Assert.Equal(1.875f, layer.weight!.item<float>());
        Assert.Equal(1.5f, layer.bias!.item<float>());
    }

    private static IEnumerable<TrainedParameter> Parameters(Linear layer) => layer.named_parameters().Select(p => new TrainedParameter(p.name, p.parameter));

    private static Tensor Loss(Linear layer, Tensor input) => layer.forward(input).pow(2).sum();
}
