using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using TorchSharp.Modules;

namespace ResNetService.Modeling.Tests.Architectures;

/// <summary>Residual networks of two stages, for small pictures.</summary>
internal sealed class TinyNet : Network, INetworkFamily
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly ModuleList<Block> layer1, layer2;
    private readonly Linear fc;

    private TinyNet(string name, LayerFactory layers, int classes, int blocks)
        : base(name)
    {
        var channels = 8;
        conv1 = layers.Conv(3, channels, kernel: 3);
        bn1 = layers.BatchNorm(channels);
        layer1 = BlockKind.Basic.Stage(layers, ref channels, width: 8, blocks, stride: 1, ShortcutOption.B);
        layer2 = BlockKind.Basic.Stage(layers, ref channels, width: 16, blocks, stride: 2, ShortcutOption.B);
        fc = layers.Linear(channels, classes);
        RegisterComponents();
    }

    public static IReadOnlyList<Architecture> Variants { get; } =
    [
        Variant("tinynet6", layers: 6, blocks: 1),
        Variant("tinynet10", layers: 10, blocks: 2),
    ];

    public override Signal Forward(Signal image)            // [N,  3, 32, 32]
    {
        var x = image.Conv(conv1).BatchNorm(bn1).Relu();    // [N,  8, 32, 32]
        x = x.Through(layer1).Through(layer2);              // [N, 16, 16, 16]
        return x.GlobalAveragePool().Linear(fc);            // [N, classes]
    }

    private static Architecture Variant(string name, int layers, int blocks) =>
        new(name, layers, Classes: 10, PreprocessingSpec.Cifar, (factory, classes) => new TinyNet(name, factory, classes, blocks));
}
