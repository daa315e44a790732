using ResNetService.Modeling.Architectures;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Training;

internal enum Freezing
{
    None,

    /// <summary>All before the first stage of blocks.</summary>
    Stem,

    /// <summary>All but the last linear layer.</summary>
    AllButHead,
}

/// <summary>A network as fine-tuning sees it: the components of which it is made, from the stem on, and the head.</summary>
internal sealed class NetworkParts
{
    private readonly Dictionary<string, int> _stages = [];
    private readonly int _stem;
    private readonly IReadOnlySet<string> _trained;
    private readonly string _name;

    /// <param name="served">Keys of the network as it is served; what is beside them is there for training alone.</param>
    public NetworkParts(Network network, IReadOnlySet<string> served)
    {
        (_name, _trained) = (network.GetName(), served);
        Head = network.named_modules().Last(m => m.module is Linear).name;
        foreach (var (name, module) in network.named_children())
        {
            if (!served.Any(key => IsWithin(key, name)) || name == Head)
                continue;
            _stages.Add(name, _stages.Count);
            if (_stem == 0 && IsStage(module))
                _stem = _stages.Count;
        }
    }

    /// <summary>Key of the last linear layer, whose outputs are the logits.</summary>
    public string Head { get; }

    public bool IsHead(string key) => IsWithin(key, Head);

    /// <summary>
    /// What the head's learning rate is multiplied by: a tenth for the last component before it, a hundredth for the first, by equal factors
    /// from one to the next; 1 for the head, and for whatever else begins untrained.
    /// </summary>
    public double RateFactor(string key) =>
        IsNew(key) ? 1 : Math.Pow(10, -1 - (_stages.Count == 1 ? 0 : (double)(_stages.Count - 1 - StageOf(key)) / (_stages.Count - 1)));

    /// <exception cref="TrainingException">The network has no stem to tell from its stages.</exception>
    public bool IsFrozen(string key, Freezing freezing)
    {
        if (freezing == Freezing.Stem && _stem < 2)
            throw new TrainingException($"--freeze is stem, and {_name} has none apart from its stages; freeze none or all-but-head");
        return !IsNew(key) && freezing switch
        {
            Freezing.None => false,
            Freezing.Stem => StageOf(key) < _stem - 1,
            _ => true,
        };
    }

    private bool IsNew(string key) => IsHead(key) || !_trained.Contains(key);

    private int StageOf(string key) => _stages.First(stage => IsWithin(key, stage.Key)).Value;

    private static bool IsStage(Module module) =>
        module is Inception || (module.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ModuleList<>));

    private static bool IsWithin(string key, string component) => key.StartsWith(component + ".", StringComparison.Ordinal);
}
