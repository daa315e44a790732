using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>The paper's three ways around a block whose input and output differ in shape (section 4.1, "Identity vs. Projection Shortcuts").</summary>
internal enum ShortcutOption
{
    /// <summary>Never a parameter: subsample, and pad the new channels with zeros.</summary>
    A,

    /// <summary>A 1x1 projection where the shape changes, the identity elsewhere.</summary>
    B,

    /// <summary>A 1x1 projection around every block.</summary>
    C,
}

/// <summary>What a block adds to its residual: [N,in,H,W] to [N,out,H/stride,W/stride].</summary>
internal abstract class Shortcut(string name) : Module<Signal, Signal>(name)
{
    public static Shortcut Create(ShortcutOption option, LayerFactory layers, int inChannels, int outChannels, int stride)
    {
        var keepsShape = inChannels == outChannels && stride == 1;
        return option switch
        {
            ShortcutOption.C => new ProjectionShortcut(layers, inChannels, outChannels, stride),
            _ when keepsShape => new IdentityShortcut(),
            ShortcutOption.A => new PaddingShortcut(outChannels - inChannels, stride),
            _ => new ProjectionShortcut(layers, inChannels, outChannels, stride),
        };
    }
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
