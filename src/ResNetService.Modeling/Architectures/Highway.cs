using ResNetService.ModelFormat;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>
/// The convolutional networks for CIFAR of "Highway Networks" (Srivastava, Greff, Schmidhuber, 2015), which the paper compares itself with
/// in table 6: three stages of a convolution and highway layers, divided by max pooling.
/// </summary>
internal sealed class Highway : Network, INetworkFamily
{
    private const double DropoutRate = 0.2;

    private readonly ModuleList<Conv2d> entries = [];
    private readonly ModuleList<ModuleList<HighwayLayer>> stages = [];
    private readonly ModuleList<Dropout> dropouts = [];
    private readonly Conv2d conv;
    private readonly Linear fc;

    private Highway(string name, LayerFactory layers, int classes, (int Width, int Layers)[] design)
        : base(name)
    {
        var channels = 3;
        foreach (var (width, count) in design)
        {
            dropouts.Add(nn.Dropout(DropoutRate));
            entries.Add(layers.Conv(channels, width, kernel: 3, bias: true));
            stages.Add(new ModuleList<HighwayLayer>([.. Enumerable.Range(0, count).Select(_ => new HighwayLayer(layers, width))]));
            channels = width;
        }

        dropouts.Add(nn.Dropout(DropoutRate));
        conv = layers.Conv(channels, LastWidth, kernel: 1, bias: true);
        fc = layers.Linear(LastWidth, classes);
        RegisterComponents();
    }

    private const int LastWidth = 100;

    /// <remarks>
    /// The network of 19 layers is the authors' (2.3 million parameters). Of the one with 32 layers they publish depth and size, 1.25
    /// million parameters, but not its widths; these give that size.
    /// </remarks>
    public static IReadOnlyList<Architecture> Variants { get; } =
    [
        Variant(19, [(32, 4), (80, 5), (128, 5)], error: 7.54),
        Variant(32, [(32, 9), (48, 9), (64, 9)], error: 8.80),
    ];

    public override Signal Forward(Signal image)                                                        // [N,   3, 32, 32]
    {
        var x = image;
        for (var stage = 0; stage < stages.Count; stage++)
        {
            if (stage > 0)
                x = x.MaxPool(new(Kernel: 2, Stride: 2));
            x = x.Dropout(dropouts[stage]).Conv(entries[stage]).Relu().Through(stages[stage]);          // [N, 128,  8,  8]
        }

        return x.Conv(conv).Relu().GlobalAveragePool().Dropout(dropouts[^1]).Linear(fc);                // [N, classes]
    }

    private static Architecture Variant(int layers, (int Width, int Layers)[] design, double error)
    {
        var name = $"highway{layers}-cifar";
        return new(name, layers, Classes: 10, PreprocessingSpec.Cifar, (factory, classes) => new Highway(name, factory, classes, design), new(error, null, "table 6"));
    }
}

/// <summary>y = H(x) T(x) + x (1 - T(x)), with H a convolution and ReLU, and T, how much is let through, a convolution and sigmoid ("Highway Networks", equation 3).</summary>
internal sealed class HighwayLayer : Module<Signal, Signal>, IInitialized
{
    /// <summary>Negative, so that a new network carries its input through (section 2.2); the value is that of the authors' networks for CIFAR.</summary>
    public const double FirstGateBias = -2;

    private readonly Conv2d transform, gate;

    public HighwayLayer(LayerFactory layers, int width)
        : base(nameof(HighwayLayer))
    {
        transform = layers.Conv(width, width, kernel: 3, bias: true);
        gate = layers.Conv(width, width, kernel: 3, bias: true);
        Initialize();
        RegisterComponents();
    }

    public void Initialize() => init.constant_(gate.bias!, FirstGateBias);

    /// <summary>The equation with one product: x + T (H - x).</summary>
    public override Signal forward(Signal x)
    {
        var change = x.Conv(transform).Relu().Subtract(x);
        return x.Add(x.Conv(gate).Sigmoid().Multiply(change));
    }
}
