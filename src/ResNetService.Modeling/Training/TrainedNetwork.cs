using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Weights.Safetensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Training;

/// <summary>A network with what training needs to know of it: which parameters are trained and how fast, what is frozen, and its moving average.</summary>
internal sealed class TrainedNetwork : IDisposable
{
    private readonly HashSet<string> _served;
    private readonly BatchNorm2d[] _frozenNorms;
    private readonly bool _isPretrained;

    private TrainedNetwork(Network network, Architecture architecture, int classes, TrainingOptions options, bool isPretrained, Device device)
    {
        (Network, Device, _isPretrained) = (network, device, isPretrained);
        using (var served = architecture.Outline(classes))
            _served = [.. served.state_dict().Keys];
        var parts = new NetworkParts(network, _served);
        var frozen = network.named_parameters().Where(p => parts.IsFrozen(p.name, options.Freeze)).Select(p => p.name).ToHashSet();
        foreach (var (_, parameter) in network.named_parameters().Where(p => frozen.Contains(p.name)))
            parameter.requires_grad = false;
        Parameters =
        [
            .. network.named_parameters().Where(p => !frozen.Contains(p.name)).Select(p => new TrainedParameter(p.name, p.parameter, isPretrained ? parts.RateFactor(p.name) : 1)),
        ];
        _frozenNorms = [.. network.named_modules().Where(m => frozen.Contains(m.name + ".weight")).Select(m => m.module).OfType<BatchNorm2d>()];
    }

    public Network Network { get; }

    public Device Device { get; }

    public IReadOnlyList<TrainedParameter> Parameters { get; }

    public WeightAverage? Average { get; private set; }

    /// <summary>What is tested and kept: the moving average where there is one.</summary>
    public Network Result => Average?.Network ?? Network;

    /// <summary>A network as a run begins with it, on the device.</summary>
    /// <param name="pretrained">What its weights but for the head come from; null for random ones.</param>
    /// <exception cref="TrainingException">The pretrained weights or the freezing do not suit the network.</exception>
    public static TrainedNetwork Create(Architecture architecture, int classes, TrainingOptions options, PretrainedWeights? pretrained = null, Device? device = null)
    {
        random.manual_seed(options.Seed);
        var network = architecture.Build(classes, forTraining: options.Freeze != Freezing.AllButHead);
        try
        {
            Initialization.Apply(network, options.Initialization, options.ZeroGamma);
            pretrained?.Fill(architecture, network);
            network.to(device ?? CPU);
            var trained = new TrainedNetwork(network, architecture, classes, options, pretrained is not null, device ?? CPU);
            if (options.Ema is { } decay)
                trained.Average = new((Network)architecture.Build(classes, forTraining: options.Freeze != Freezing.AllButHead).to(trained.Device), network, decay);
            return trained;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Training mode, but for frozen BatchNorms, whose statistics stay.</summary>
    public void Train()
    {
        Network.train();
        foreach (var norm in _frozenNorms)
            norm.eval();
    }

    /// <summary>Gives folded BatchNorms of pretrained weights their statistics back where they are to be trained.</summary>
    /// <returns>Whether that was needed.</returns>
    public bool RestoreStatistics(TrainingData data, ModelFormat.PreprocessingSpec spec)
    {
        // A new network's BatchNorms look folded too.
        if (!_isPretrained)
            return false;
        var folded = BatchNormStatistics.Folded(Network).Except(_frozenNorms).ToArray();
        if (folded.Length == 0)
            return false;
        BatchNormStatistics.Restore(Network, folded, data.Train, spec, data.Decoders, Device);
        Average?.Reset();
        return true;
    }

    /// <summary>Everything that a checkpoint must hold, by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() =>
        Network.state_dict().Select(tensor => ("network." + tensor.Key, tensor.Value))
            .Concat(Average?.Network.state_dict().Select(tensor => ("average." + tensor.Key, tensor.Value)) ?? []);

    /// <summary>The result under torchvision's keys, without what only training looks at.</summary>
    public IEnumerable<SafetensorsTensor> Weights() =>
        Result.state_dict().Where(tensor => _served.Contains(tensor.Key)).Select(tensor => tensor.Value.ToSafetensors(tensor.Key));

    public void Dispose()
    {
        Average?.Dispose();
        Network.Dispose();
    }
}
