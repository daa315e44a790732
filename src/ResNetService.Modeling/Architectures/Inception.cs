using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>Convolution, BatchNorm and ReLU.</summary>
internal sealed class NormalizedConvolution : Module<Signal, Signal>
{
    private const double Epsilon = 1e-3;

    private readonly Conv2d conv;
    private readonly BatchNorm2d bn;

    public NormalizedConvolution(LayerFactory layers, int inChannels, int outChannels, int kernel, int stride = 1)
        : base(nameof(NormalizedConvolution))
    {
        conv = layers.Conv(inChannels, outChannels, kernel, stride);
        bn = layers.BatchNorm(outChannels, Epsilon);
        RegisterComponents();
    }

    public override Signal forward(Signal x) => x.Conv(conv).BatchNorm(bn).Relu();
}

/// <summary>Four ways side by side: 1x1; 1x1 and 3x3; 1x1 and the second 3x3; max pooling and 1x1 ("Going Deeper with Convolutions", figure 2b).</summary>
internal sealed class Inception : Module<Signal, Signal>
{
    private readonly NormalizedConvolution branch1;
    private readonly ModuleList<NormalizedConvolution> branch2, branch3;
    private readonly PooledBranch branch4;

    /// <param name="narrow">Channels of the 1x1 and of the 3x3 convolution of the second way, likewise <paramref name="wide"/> of the third.</param>
    public Inception(LayerFactory layers, int inChannels, int direct, (int Reduced, int Out) narrow, (int Reduced, int Out) wide, int pooled)
        : base(nameof(Inception))
    {
        branch1 = new(layers, inChannels, direct, kernel: 1);
        branch2 = new([new(layers, inChannels, narrow.Reduced, kernel: 1), new(layers, narrow.Reduced, narrow.Out, kernel: 3)]);
        branch3 = new([new(layers, inChannels, wide.Reduced, kernel: 1), new(layers, wide.Reduced, wide.Out, kernel: 3)]);
        branch4 = new(layers, inChannels, pooled);
        RegisterComponents();
    }

    public override Signal forward(Signal x) => x.Through(branch1).Concat(x.Through(branch2), x.Through(branch3), x.Through(branch4));

    private sealed class PooledBranch : Module<Signal, Signal>
    {
        [ComponentName(Name = "1")]
        private readonly NormalizedConvolution conv;

        public PooledBranch(LayerFactory layers, int inChannels, int outChannels)
            : base(nameof(PooledBranch))
        {
            conv = new(layers, inChannels, outChannels, kernel: 1);
            RegisterComponents();
        }

        public override Signal forward(Signal x) => x.MaxPool(new(Kernel: 3, Stride: 1, Padding: 1, CeilMode: true)).Through(conv);
    }
}

/// <summary>A classifier in the middle of the network, which brings gradients to its lower half in training.</summary>
internal sealed class AuxiliaryHead : Module<Signal, Signal>
{
    private const int Grid = 4;
    private const int Channels = 128;

    private readonly NormalizedConvolution conv;
    private readonly Linear fc1, fc2;
    private readonly Dropout dropout = nn.Dropout(0.7);

    public AuxiliaryHead(LayerFactory layers, int inChannels, int classes)
        : base(nameof(AuxiliaryHead))
    {
        conv = new(layers, inChannels, Channels, kernel: 1);
        fc1 = layers.Linear(Channels * Grid * Grid, 1024);
        fc2 = layers.Linear(1024, classes);
        RegisterComponents();
    }

    public override Signal forward(Signal x) =>
        x.AdaptiveAveragePool(Grid).Through(conv).Flatten().Linear(fc1).Relu().Dropout(dropout).Linear(fc2);
}
