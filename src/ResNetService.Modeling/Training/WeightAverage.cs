using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Torch;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Training;

/// <summary>
/// The exponential moving average of a network over the steps of its training: a network of its own, which is tested and kept in place of
/// the other. BatchNorm's running statistics are averaged like the weights, counters are copied.
/// </summary>
/// <remarks>As timm's <c>ModelEmaV2</c>; the decay grows to its value as TensorFlow's does, so that the first weights are soon forgotten.</remarks>
internal sealed class WeightAverage : IDisposable
{
    private readonly (Tensor Average, Tensor Source)[] _pairs;
    private readonly double _decay;

    /// <param name="network">Belongs to the average from now on; becomes equal to <paramref name="source"/>.</param>
    /// <param name="source">The network that is trained; stays the caller's.</param>
    public WeightAverage(Network network, Network source, double decay)
    {
        (Network, _decay) = (network, decay);
        var sources = source.state_dict();
        _pairs = [.. network.state_dict().Select(tensor => (tensor.Value, sources[tensor.Key]))];
        Reset();
        network.eval();
    }

    public Network Network { get; }

    /// <summary>Begins anew from the network as it is.</summary>
    public void Reset()
    {
        using var _ = no_grad();
        foreach (var (average, value) in _pairs)
            average.copy_(value);
    }

    /// <param name="step">Steps of the run that are done, from 1.</param>
    public void Update(long step)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var decay = DecayAt(step);
        foreach (var (average, value) in _pairs)
        {
            if (is_floating_point(average))
                average.MultiplyInPlace(decay).AddInPlace(value, 1 - decay);
            else
                average.copy_(value);
        }
    }

    /// <summary>min(decay, (1 + step) / (10 + step)).</summary>
    public double DecayAt(long step) => Math.Min(_decay, (1.0 + step) / (10 + step));

    public void Dispose() => Network.Dispose();
}
