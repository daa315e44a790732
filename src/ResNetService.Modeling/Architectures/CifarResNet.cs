using ResNetService.ModelFormat;
using TorchSharp.Modules;

namespace ResNetService.Modeling.Architectures;

/// <summary>
/// The CIFAR-10 networks of "Deep Residual Learning for Image Recognition", section 4.2: 6n+2 layers, three stages of n
/// basic blocks with 16, 32 and 64 channels.
/// </summary>
internal sealed class CifarResNet : Network, INetworkFamily
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly ModuleList<Block> layer1, layer2, layer3;
    private readonly Linear fc;

    private CifarResNet(string name, LayerFactory layers, int classes, int n, ShortcutOption shortcut)
        : base(name)
    {
        var channels = 16;
        conv1 = layers.Conv(3, channels, kernel: 3);
        bn1 = layers.BatchNorm(channels);
        layer1 = BlockKind.Basic.Stage(layers, ref channels, width: 16, n, stride: 1, shortcut);
        layer2 = BlockKind.Basic.Stage(layers, ref channels, width: 32, n, stride: 2, shortcut);
        layer3 = BlockKind.Basic.Stage(layers, ref channels, width: 64, n, stride: 2, shortcut);
        fc = layers.Linear(channels, classes);
        RegisterComponents();
    }

    /// <summary>No suffix means option A, the paper's choice for CIFAR ("identity shortcuts in all cases (i.e., option A)").</summary>
    public static IReadOnlyList<Architecture> Variants { get; } =
    [
        .. from row in new (int N, double Error)[] { (3, 8.75), (5, 7.51), (7, 7.17), (9, 6.97), (18, 6.43) }
           from shortcut in new[] { ShortcutOption.A, ShortcutOption.B, ShortcutOption.C }
           select Variant(row.N, shortcut, shortcut == ShortcutOption.A ? row.Error : null),
        Variant(200, ShortcutOption.A, error: 7.93),
    ];

    public override Signal Forward(Signal image)                    // [N,  3, 32, 32]
    {
        var x = image.Conv(conv1).BatchNorm(bn1).Relu();            // [N, 16, 32, 32]
        x = x.Through(layer1);                                      // [N, 16, 32, 32]
        x = x.Through(layer2);                                      // [N, 32, 16, 16]
        x = x.Through(layer3);                                      // [N, 64,  8,  8]
        return x.GlobalAveragePool().Linear(fc);                    // [N, classes]
    }

    internal static Architecture Variant(int n, ShortcutOption shortcut, double? error = null)
    {
        var layers = (6 * n) + 2;
        var name = shortcut switch
        {
            ShortcutOption.None => $"plain{layers}-cifar",
            ShortcutOption.A => $"resnet{layers}-cifar",
            _ => $"resnet{layers}-cifar-{shortcut.ToString().ToLowerInvariant()}",
        };
        return new(
            name,
            layers,
            Classes: 10,
            PreprocessingSpec.Cifar,
            (factory, classes) => new CifarResNet(name, factory, classes, n, shortcut),
            error is null ? null : new(error, null, "table 6"));
    }
}
