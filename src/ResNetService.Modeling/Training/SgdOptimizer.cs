using ResNetService.Modeling.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Training;

/// <summary>A parameter that is trained.</summary>
/// <param name="RateFactor">What the learning rate is multiplied by for it.</param>
internal readonly record struct TrainedParameter(string Name, Parameter Weight, double RateFactor = 1);

/// <summary>
/// Stochastic gradient descent with momentum and weight decay, as PyTorch's <c>SGD</c> computes it:
/// g += decay w; v = momentum v + g; w -= rate (nesterov ? g + momentum v : v).
/// </summary>
/// <remarks>Our own because its state must be saved and restored to the bit, which TorchSharp's optimizers do not offer.</remarks>
internal sealed class SgdOptimizer : IDisposable
{
    private readonly (TrainedParameter Parameter, Tensor Velocity)[] _parameters;
    private readonly double _momentum;
    private readonly double _weightDecay;
    private readonly bool _nesterov;

    /// <param name="parameters">Stay the caller's; all decay.</param>
    public SgdOptimizer(IEnumerable<TrainedParameter> parameters, double momentum, double weightDecay, bool nesterov)
    {
        _parameters = [.. parameters.Select(parameter => (parameter, zeros_like(parameter.Weight).DetachFromDisposeScope()))];
        _momentum = momentum;
        _weightDecay = weightDecay;
        _nesterov = nesterov;
    }

    /// <summary>The velocities, under the names of their parameters. They start from zero, so that the first step is no special case.</summary>
    public IEnumerable<(string Name, Tensor Velocity)> State => _parameters.Select(p => (p.Parameter.Name, p.Velocity));

    public void ZeroGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var (parameter, _) in _parameters)
            parameter.Weight.grad?.zero_();
    }

    /// <summary>Uses up the gradients: they are changed in place.</summary>
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var ((_, weight, rateFactor), velocity) in _parameters)
        {
            if (weight.grad is not { } gradient)
                continue;
            gradient.AddInPlace(weight, _weightDecay);
            velocity.MultiplyInPlace(_momentum).AddInPlace(gradient);
            weight.AddInPlace(_nesterov ? gradient.AddInPlace(velocity, _momentum) : velocity, -learningRate * rateFactor);
        }
    }

    public void Dispose()
    {
        foreach (var (_, velocity) in _parameters)
            velocity.Dispose();
    }
}
