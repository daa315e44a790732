using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>
/// A residual unit with nothing after its addition: x_(l+1) = x_l + F(x_l), so that x_L = x_l + the sum of all F between ("Identity
/// Mappings in Deep Residual Networks", equation 4). F begins with BatchNorm and ReLU instead of ending with them (figure 1b).
/// </summary>
internal sealed class PreActivationBlock : Module<Signal, Signal>
{
    private readonly BatchNorm2d? bn1;
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn2;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d? bn3;
    private readonly Conv2d? conv3;
    private readonly Shortcut? downsample;

    /// <param name="unit">Widths, strides and whether the unit activates its input.</param>
    public PreActivationBlock(LayerFactory layers, PreActivationUnit unit)
        : base(nameof(PreActivationBlock))
    {
        if (unit.ActivatesInput)
            bn1 = layers.BatchNorm(unit.InChannels);
        if (unit.IsBottleneck)
        {
            conv1 = layers.Conv(unit.InChannels, unit.Width, kernel: 1, unit.StrideOn1x1);
            bn2 = layers.BatchNorm(unit.Width);
            conv2 = layers.Conv(unit.Width, unit.Width, kernel: 3, unit.Stride / unit.StrideOn1x1);
            bn3 = layers.BatchNorm(unit.Width);
            conv3 = layers.Conv(unit.Width, unit.OutChannels, kernel: 1);
        }
        else
        {
            conv1 = layers.Conv(unit.InChannels, unit.Width, kernel: 3, unit.Stride);
            bn2 = layers.BatchNorm(unit.Width);
            conv2 = layers.Conv(unit.Width, unit.Width, kernel: 3);
        }

        if (unit.ChangesShape)
            downsample = unit.Pads ? new PaddingShortcut(unit.OutChannels - unit.InChannels, unit.Stride) : new BareProjection(layers, unit);
        RegisterComponents();
    }

    /// <summary>Where the shape changes, the shortcut starts from the activated input, as in the authors' code; elsewhere it is the identity.</summary>
    public override Signal forward(Signal x)
    {
        var activated = bn1 is null ? x : x.BatchNorm(bn1).Relu();
        var y = activated.Conv(conv1).BatchNorm(bn2).Relu().Conv(conv2);
        if (conv3 is not null)
            y = y.BatchNorm(bn3!).Relu().Conv(conv3);
        return y.Add(downsample is null ? x : activated.Through(downsample));
    }

    /// <summary>A 1x1 convolution alone.</summary>
    private sealed class BareProjection : Shortcut
    {
        [ComponentName(Name = "0")]
        private readonly Conv2d conv;

        public BareProjection(LayerFactory layers, PreActivationUnit unit)
            : base(nameof(BareProjection))
        {
            conv = layers.Conv(unit.InChannels, unit.OutChannels, kernel: 1, unit.Stride);
            RegisterComponents();
        }

        public override Signal forward(Signal x) => x.Conv(conv);
    }
}

/// <param name="Width">Of the 3x3 convolutions.</param>
/// <param name="StrideOn1x1">The part of the stride that the first 1x1 convolution of a bottleneck has; the 3x3 has the rest.</param>
/// <param name="ActivatesInput">False for the first unit of a network: its input is activated, before the two ways part.</param>
/// <param name="Pads">Option A in place of a projection where the shape changes.</param>
internal sealed record PreActivationUnit(
    int InChannels, int Width, int OutChannels, int Stride, int StrideOn1x1, bool ActivatesInput, bool Pads)
{
    public bool IsBottleneck => OutChannels != Width;

    public bool ChangesShape => InChannels != OutChannels || Stride != 1;
}
