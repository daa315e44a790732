using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>
/// The ways around a block. A, B and C are the paper's where input and output differ in shape (section 4.1, "Identity vs. Projection
/// Shortcuts").
/// </summary>
internal enum ShortcutOption
{
    /// <summary>No way around: the paper's plain networks, which have all else in common with the residual ones (figure 3, middle).</summary>
    None,

    /// <summary>Never a parameter: subsample, and pad the new channels with zeros.</summary>
    A,

    /// <summary>A 1x1 projection where the shape changes, the identity elsewhere.</summary>
    B,

    /// <summary>A 1x1 projection around every block.</summary>
    C,

    /// <summary>
    /// As B, but means of 2x2 pixels are projected where B takes every fourth pixel: ResNet-D of "Bag of Tricks for Image Classification
    /// with Convolutional Neural Networks", figure 2c.
    /// </summary>
    D,
}

/// <summary>What a block adds to its residual: [N,in,H,W] to [N,out,H/stride,W/stride].</summary>
internal abstract class Shortcut(string name) : Module<Signal, Signal>(name)
{
    /// <summary>F(x) + shortcut(x).</summary>
    public virtual Signal Join(Signal residual, Signal x) => residual.Add(x.Through(this));

    public static Shortcut Create(ShortcutOption option, LayerFactory layers, int inChannels, int outChannels, int stride)
    {
        var keepsShape = inChannels == outChannels && stride == 1;
        return option switch
        {
            ShortcutOption.None => new NoShortcut(),
            ShortcutOption.C => new ProjectionShortcut(layers, inChannels, outChannels, stride),
            _ when keepsShape => new IdentityShortcut(),
            ShortcutOption.A => new PaddingShortcut(outChannels - inChannels, stride),
            ShortcutOption.D => new AveragingShortcut(layers, inChannels, outChannels, stride),
            _ => new ProjectionShortcut(layers, inChannels, outChannels, stride),
        };
    }
}

internal sealed class NoShortcut() : Shortcut(nameof(NoShortcut))
{
    public override Signal Join(Signal residual, Signal x) => residual;

    public override Signal forward(Signal x) => throw new InvalidOperationException("a plain network has no shortcut to follow");
}

internal sealed class IdentityShortcut() : Shortcut(nameof(IdentityShortcut))
{
    public override Signal forward(Signal x) => x;
}

/// <summary>Half of the new channels stand before the old ones and half after: so were the CIFAR networks trained whose weights are published.</summary>
internal sealed class PaddingShortcut(int newChannels, int stride) : Shortcut(nameof(PaddingShortcut))
{
    public override Signal forward(Signal x) => x.Subsample(stride).PadChannels(newChannels / 2, newChannels - (newChannels / 2));
}

/// <summary>1x1 convolution and BatchNorm, under torchvision's keys <c>downsample.0</c> and <c>downsample.1</c>.</summary>
internal sealed class ProjectionShortcut : Shortcut
{
    [ComponentName(Name = "0")]
    private readonly Conv2d conv;

    [ComponentName(Name = "1")]
    private readonly BatchNorm2d bn;

    public ProjectionShortcut(LayerFactory layers, int inChannels, int outChannels, int stride)
        : base(nameof(ProjectionShortcut))
    {
        conv = layers.Conv(inChannels, outChannels, kernel: 1, stride);
        bn = layers.BatchNorm(outChannels);
        RegisterComponents();
    }

    public override Signal forward(Signal x) => x.Conv(conv).BatchNorm(bn);
}

/// <summary>Mean of each 2x2 pixels, then a 1x1 convolution and BatchNorm, under timm's keys <c>downsample.1</c> and <c>downsample.2</c>.</summary>
internal sealed class AveragingShortcut : Shortcut
{
    private readonly int _stride;

    [ComponentName(Name = "1")]
    private readonly Conv2d conv;

    [ComponentName(Name = "2")]
    private readonly BatchNorm2d bn;

    public AveragingShortcut(LayerFactory layers, int inChannels, int outChannels, int stride)
        : base(nameof(AveragingShortcut))
    {
        _stride = stride;
        conv = layers.Conv(inChannels, outChannels, kernel: 1);
        bn = layers.BatchNorm(outChannels);
        RegisterComponents();
    }

    public override Signal forward(Signal x)
    {
        var averaged = _stride == 1 ? x : x.AveragePool(new(Kernel: 2, _stride, CeilMode: true));
        return averaged.Conv(conv).BatchNorm(bn);
    }
}
