using ResNetService.ModelFormat;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>
/// The ImageNet networks of "Deep Residual Learning for Image Recognition" (He, Zhang, Ren, Sun, 2015), table 1.
/// </summary>
internal sealed class ResNet : Network, INetworkFamily
{
    private readonly Conv2d? conv1;

    [ComponentName(Name = nameof(conv1))]
    private readonly DeepStem? deepStem;
    private readonly BatchNorm2d bn1;
    private readonly ModuleList<Block> layer1, layer2, layer3, layer4;
    private readonly Linear fc;

    private ResNet(string name, LayerFactory layers, int classes, BlockKind block, int[] blocks, ShortcutOption shortcut)
        : base(name)
    {
        var channels = 64;
        if (shortcut == ShortcutOption.D)
            deepStem = new(layers, channels);
        else
            conv1 = layers.Conv(3, channels, kernel: 7, stride: 2);
        bn1 = layers.BatchNorm(channels);
        layer1 = block.Stage(layers, ref channels, width: 64, blocks[0], stride: 1, shortcut);
        layer2 = block.Stage(layers, ref channels, width: 128, blocks[1], stride: 2, shortcut);
        layer3 = block.Stage(layers, ref channels, width: 256, blocks[2], stride: 2, shortcut);
        layer4 = block.Stage(layers, ref channels, width: 512, blocks[3], stride: 2, shortcut);
        fc = layers.Linear(channels, classes);
        RegisterComponents();
    }

    /// <remarks>
    /// Deviation from the paper: ResNet-50 and deeper have the stride on the 3x3 convolution unless the name ends in
    /// <c>-v1</c>, because torchvision's weights, which most users bring, are trained so. No suffix means option B, again torchvision's.
    /// ResNet-D, which timm publishes weights for, has three 3x3 convolutions for the 7x7, hence two layers more than it is named after.
    /// </remarks>
    public static IReadOnlyList<Architecture> Variants { get; } =
    [
        Variant("resnet18", 18, BlockKind.Basic, [2, 2, 2, 2], ShortcutOption.B),
        Variant("resnet18-a", 18, BlockKind.Basic, [2, 2, 2, 2], ShortcutOption.A, new(27.88, null, "table 2, ten crops")),
        Variant("resnet18-c", 18, BlockKind.Basic, [2, 2, 2, 2], ShortcutOption.C),
        Variant("resnet34", 34, BlockKind.Basic, [3, 4, 6, 3], ShortcutOption.B, new(24.52, 7.46, "table 3, ten crops")),
        Variant("resnet34-a", 34, BlockKind.Basic, [3, 4, 6, 3], ShortcutOption.A, new(25.03, 7.76, "table 3, ten crops")),
        Variant("resnet34-c", 34, BlockKind.Basic, [3, 4, 6, 3], ShortcutOption.C, new(24.19, 7.40, "table 3, ten crops")),
        Variant("resnet50", 50, BlockKind.Bottleneck, [3, 4, 6, 3], ShortcutOption.B),
        Variant("resnet50-v1", 50, BlockKind.BottleneckOfThePaper, [3, 4, 6, 3], ShortcutOption.B, new(22.85, 6.71, "table 3, ten crops")),
        Variant("resnet101", 101, BlockKind.Bottleneck, [3, 4, 23, 3], ShortcutOption.B),
        Variant("resnet101-v1", 101, BlockKind.BottleneckOfThePaper, [3, 4, 23, 3], ShortcutOption.B, new(21.75, 6.05, "table 3, ten crops")),
        Variant("resnet152", 152, BlockKind.Bottleneck, [3, 8, 36, 3], ShortcutOption.B),
        Variant("resnet152-v1", 152, BlockKind.BottleneckOfThePaper, [3, 8, 36, 3], ShortcutOption.B, new(21.43, 5.71, "table 3, ten crops")),
        Variant("resnet18d", 20, BlockKind.Basic, [2, 2, 2, 2], ShortcutOption.D),
        Variant("resnet50d", 52, BlockKind.Bottleneck, [3, 4, 6, 3], ShortcutOption.D),
    ];

    public override Signal Forward(Signal image)                    // [N,   3, 224, 224]
    {
        var x = deepStem is null ? image.Conv(conv1!) : image.Through(deepStem);
        x = x.BatchNorm(bn1).Relu();                                // [N,  64, 112, 112]
        x = x.MaxPool(new(Kernel: 3, Stride: 2, Padding: 1));            // [N,  64,  56,  56]
        x = x.Through(layer1);                                      // [N,  64,  56,  56]  (bottlenecks: four times the channels)
        x = x.Through(layer2);                                      // [N, 128,  28,  28]
        x = x.Through(layer3);                                      // [N, 256,  14,  14]
        x = x.Through(layer4);                                      // [N, 512,   7,   7]
        return x.GlobalAveragePool().Linear(fc);                    // [N, classes]
    }

    internal static Architecture Variant(string name, int layers, BlockKind block, int[] blocks, ShortcutOption shortcut, PublishedError? published = null) =>
        new(name, layers, Classes: 1000, PreprocessingSpec.ImageNet, (factory, classes) => new ResNet(name, factory, classes, block, blocks, shortcut), published);
}

/// <summary>Three 3x3 convolutions for one of 7x7 ("Bag of Tricks", ResNet-C), under timm's keys; the BatchNorm after the last is the network's.</summary>
internal sealed class DeepStem : Module<Signal, Signal>
{
    [ComponentName(Name = "0")]
    private readonly Conv2d conv1;

    [ComponentName(Name = "1")]
    private readonly BatchNorm2d bn1;

    [ComponentName(Name = "3")]
    private readonly Conv2d conv2;

    [ComponentName(Name = "4")]
    private readonly BatchNorm2d bn2;

    [ComponentName(Name = "6")]
    private readonly Conv2d conv3;

    public DeepStem(LayerFactory layers, int channels)
        : base(nameof(DeepStem))
    {
        conv1 = layers.Conv(3, channels / 2, kernel: 3, stride: 2);
        bn1 = layers.BatchNorm(channels / 2);
        conv2 = layers.Conv(channels / 2, channels / 2, kernel: 3);
        bn2 = layers.BatchNorm(channels / 2);
        conv3 = layers.Conv(channels / 2, channels, kernel: 3);
        RegisterComponents();
    }

    public override Signal forward(Signal x) => x.Conv(conv1).BatchNorm(bn1).Relu().Conv(conv2).BatchNorm(bn2).Relu().Conv(conv3);
}
