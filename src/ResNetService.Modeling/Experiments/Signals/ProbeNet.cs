using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Experiments.Signals;

/// <summary>
/// A network of equal 3x3 convolutions, as deep as one likes: what is left of the paper's networks for CIFAR without their stages, so that
/// a difference between two layers is one of depth alone.
/// </summary>
internal sealed class ProbeNet : Network
{
    private readonly Conv2d _first;
    private readonly BatchNorm2d? _norm;
    private readonly ProbeNonlinearity _nonlinearity;
    private readonly ModuleList<ProbeLayer> _layers = [];
    private readonly Linear _last;

    /// <param name="width">Channels of every layer.</param>
    public ProbeNet(LayerFactory layers, ProbeDesign design, int width, int classes)
        : base(nameof(ProbeNet))
    {
        _first = layers.Conv(3, width, kernel: 3, stride: 2);
        _norm = design.BatchNorm ? layers.BatchNorm(width) : null;
        _nonlinearity = new(design.Nonlinearity);
        for (var depth = 0; depth < design.Depth; depth += _layers[^1].Depth)
            _layers.Add(ProbeLayer.Create(layers, design, width));
        _last = layers.Linear(width, classes);
        RegisterComponents();
    }

    /// <summary>Whether it is the one before the first layer that counts.</summary>
    public bool IsFirst(ProbeNonlinearity nonlinearity) => nonlinearity == _nonlinearity;

    public override Signal Forward(Signal image)                            // [N, 3,     32, 32]
    {
        var x = image.Conv(_first);                                         // [N, width, 16, 16]
        x = _norm is null ? x : x.BatchNorm(_norm);
        return x.Through(_nonlinearity).Through(_layers).GlobalAveragePool().Linear(_last);
    }
}

/// <summary>The nonlinearity as a module, so that its outputs can be told from others.</summary>
internal sealed class ProbeNonlinearity(Nonlinearity kind) : Module<Signal, Signal>(nameof(ProbeNonlinearity))
{
    public override Signal forward(Signal x) => kind switch
    {
        Nonlinearity.Sigmoid => x.Sigmoid(),
        Nonlinearity.Tanh => x.Tanh(),
        _ => x.Relu(),
    };

    /// <summary>Whether it is flat there: 1 where its slope is below a hundredth of its greatest, else 0. Told from its outputs.</summary>
    public Tensor IsFlat(Tensor outputs) => kind switch
    {
        // The slopes are y (1 - y), at most 1/4; 1 - y y, at most 1; and 0 or 1.
        Nonlinearity.Sigmoid => outputs.Plus(-0.5).abs().IsAbove(Math.Sqrt(0.25 - 0.0025)),
        Nonlinearity.Tanh => outputs.abs().IsAbove(Math.Sqrt(0.99)),
        _ => outputs.IsAbove(0).logical_not(),
    };
}
