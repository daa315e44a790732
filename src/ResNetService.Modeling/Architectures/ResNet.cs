using ResNetService.ModelFormat;
using TorchSharp.Modules;

namespace ResNetService.Modeling.Architectures;

/// <summary>
/// The ImageNet networks of "Deep Residual Learning for Image Recognition" (He, Zhang, Ren, Sun, 2015), table 1.
/// </summary>
internal sealed class ResNet : Network
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly ModuleList<Block> layer1, layer2, layer3, layer4;
    private readonly Linear fc;

    private ResNet(string name, LayerFactory layers, int classes, BlockKind block, int[] blocks, ShortcutOption shortcut)
        : base(name)
    {
        var channels = 64;
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
    /// </remarks>
    public static IReadOnlyList<Architecture> Variants { get; } =
    [
        Variant("resnet18", 18, BlockKind.Basic, [2, 2, 2, 2], ShortcutOption.B),
        Variant("resnet18-a", 18, BlockKind.Basic, [2, 2, 2, 2], ShortcutOption.A),
        Variant("resnet18-c", 18, BlockKind.Basic, [2, 2, 2, 2], ShortcutOption.C),
        Variant("resnet34", 34, BlockKind.Basic, [3, 4, 6, 3], ShortcutOption.B),
        Variant("resnet34-a", 34, BlockKind.Basic, [3, 4, 6, 3], ShortcutOption.A),
        Variant("resnet34-c", 34, BlockKind.Basic, [3, 4, 6, 3], ShortcutOption.C),
        Variant("resnet50", 50, BlockKind.Bottleneck, [3, 4, 6, 3], ShortcutOption.B),
        Variant("resnet50-v1", 50, BlockKind.BottleneckOfThePaper, [3, 4, 6, 3], ShortcutOption.B),
        Variant("resnet101", 101, BlockKind.Bottleneck, [3, 4, 23, 3], ShortcutOption.B),
        Variant("resnet101-v1", 101, BlockKind.BottleneckOfThePaper, [3, 4, 23, 3], ShortcutOption.B),
        Variant("resnet152", 152, BlockKind.Bottleneck, [3, 8, 36, 3], ShortcutOption.B),
        Variant("resnet152-v1", 152, BlockKind.BottleneckOfThePaper, [3, 8, 36, 3], ShortcutOption.B),
    ];

    public override Signal Forward(Signal image)                    // [N,   3, 224, 224]
    {
        var x = image.Conv(conv1).BatchNorm(bn1).Relu();            // [N,  64, 112, 112]
        x = x.MaxPool(kernel: 3, stride: 2, padding: 1);            // [N,  64,  56,  56]
        x = x.Through(layer1);                                      // [N,  64,  56,  56]  (bottlenecks: four times the channels)
        x = x.Through(layer2);                                      // [N, 128,  28,  28]
        x = x.Through(layer3);                                      // [N, 256,  14,  14]
        x = x.Through(layer4);                                      // [N, 512,   7,   7]
        return x.GlobalAveragePool().Linear(fc);                    // [N, classes]
    }

    private static Architecture Variant(string name, int layers, BlockKind block, int[] blocks, ShortcutOption shortcut) =>
        new(name, layers, Classes: 1000, PreprocessingSpec.ImageNet, (factory, classes) => new ResNet(name, factory, classes, block, blocks, shortcut));
}
