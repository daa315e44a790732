using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>A residual block: y = relu(F(x) + shortcut(x)) (paper, equations 1 and 2, figure 5).</summary>
internal abstract class Block(string name) : Module<Signal, Signal>(name)
{
    /// <summary>The BatchNorm at the end of F: where its gamma starts from zero, the block starts as its shortcut. Null where there is none.</summary>
    public abstract BatchNorm2d? LastNorm { get; }

    /// <summary>The way around F.</summary>
    public abstract Shortcut Shortcut { get; }
}

/// <summary>How a network makes its blocks. The width is that of the 3x3 convolutions, the output has <paramref name="Expansion"/> times as many channels.</summary>
internal sealed record BlockKind(int Expansion, Func<LayerFactory, int, int, int, ShortcutOption, Block> Create)
{
    /// <summary>Figure 5, left.</summary>
    public static BlockKind Basic { get; } = new(1, (layers, input, width, stride, shortcut) => new BasicBlock(layers, input, width, stride, shortcut));

    /// <summary>Figure 5, right, with the stride on the 3x3 convolution as torchvision and most published weights have it ("v1.5").</summary>
    public static BlockKind Bottleneck { get; } = new(BottleneckBlock.Expansion, (layers, input, width, stride, shortcut) =>
        new BottleneckBlock(layers, input, width, strideOn1x1: 1, strideOn3x3: stride, shortcut));

    /// <summary>Figure 5, right, with the stride on the first 1x1 convolution, as the paper has it.</summary>
    public static BlockKind BottleneckOfThePaper { get; } = new(BottleneckBlock.Expansion, (layers, input, width, stride, shortcut) =>
        new BottleneckBlock(layers, input, width, strideOn1x1: stride, strideOn3x3: 1, shortcut));

    /// <summary>Blocks one after another; the first has the stride.</summary>
    /// <param name="channels">Of the input; on return, of the output.</param>
    public ModuleList<Block> Stage(LayerFactory layers, ref int channels, int width, int blocks, int stride, ShortcutOption shortcut)
    {
        var stage = new ModuleList<Block>();
        for (var i = 0; i < blocks; i++)
        {
            stage.Add(Create(layers, channels, width, i == 0 ? stride : 1, shortcut));
            channels = width * Expansion;
        }

        return stage;
    }
}

/// <summary>Two 3x3 convolutions.</summary>
internal sealed class BasicBlock : Block
{
    private readonly Conv2d conv1, conv2;
    private readonly BatchNorm2d bn1, bn2;
    private readonly Shortcut downsample;

    public BasicBlock(LayerFactory layers, int inChannels, int width, int stride, ShortcutOption shortcut)
        : base(nameof(BasicBlock))
    {
        conv1 = layers.Conv(inChannels, width, kernel: 3, stride);
        bn1 = layers.BatchNorm(width);
        conv2 = layers.Conv(width, width, kernel: 3);
        bn2 = layers.BatchNorm(width);
        downsample = Shortcut.Create(shortcut, layers, inChannels, width, stride);
        RegisterComponents();
    }

    public override BatchNorm2d? LastNorm => downsample is NoShortcut ? null : bn2;

    public override Shortcut Shortcut => downsample;

    public override Signal forward(Signal x)
    {
        var y = x.Conv(conv1).BatchNorm(bn1).Relu();
        y = y.Conv(conv2).BatchNorm(bn2);
        return downsample.Join(y, x).Relu();
    }
}

/// <summary>1x1 to fewer channels, 3x3, 1x1 back to four times as many.</summary>
internal sealed class BottleneckBlock : Block
{
    public const int Expansion = 4;

    private readonly Conv2d conv1, conv2, conv3;
    private readonly BatchNorm2d bn1, bn2, bn3;
    private readonly Shortcut downsample;

    public BottleneckBlock(LayerFactory layers, int inChannels, int width, int strideOn1x1, int strideOn3x3, ShortcutOption shortcut)
        : base(nameof(BottleneckBlock))
    {
        conv1 = layers.Conv(inChannels, width, kernel: 1, strideOn1x1);
        bn1 = layers.BatchNorm(width);
        conv2 = layers.Conv(width, width, kernel: 3, strideOn3x3);
        bn2 = layers.BatchNorm(width);
        conv3 = layers.Conv(width, width * Expansion, kernel: 1);
        bn3 = layers.BatchNorm(width * Expansion);
        downsample = Shortcut.Create(shortcut, layers, inChannels, width * Expansion, strideOn1x1 * strideOn3x3);
        RegisterComponents();
    }

    public override BatchNorm2d? LastNorm => downsample is NoShortcut ? null : bn3;

    public override Shortcut Shortcut => downsample;

    public override Signal forward(Signal x)
    {
        var y = x.Conv(conv1).BatchNorm(bn1).Relu();
        y = y.Conv(conv2).BatchNorm(bn2).Relu();
        y = y.Conv(conv3).BatchNorm(bn3);
        return downsample.Join(y, x).Relu();
    }
}
