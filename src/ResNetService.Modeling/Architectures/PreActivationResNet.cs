using ResNetService.ModelFormat;
using TorchSharp.Modules;

namespace ResNetService.Modeling.Architectures;

/// <summary>
/// The residual networks of "Identity Mappings in Deep Residual Networks" (He, Zhang, Ren, Sun, 2016): an identity after each addition as
/// well as beside it.
/// </summary>
internal sealed class PreActivationResNet : Network, INetworkFamily
{
    private const string IdentityMappings = "\"Identity Mappings\", table ";

    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly ModuleList<PreActivationBlock> layer1, layer2, layer3;
    private readonly ModuleList<PreActivationBlock>? layer4;
    private readonly BatchNorm2d bn2;
    private readonly Linear fc;

    private PreActivationResNet(string name, LayerFactory layers, int classes, Design design)
        : base(name)
    {
        var channels = design.FirstWidth;
        conv1 = design.IsCifar ? layers.Conv(3, channels, kernel: 3) : layers.Conv(3, channels, kernel: 7, stride: 2);
        bn1 = layers.BatchNorm(channels);
        layer1 = Stage(layers, design, ref channels, stage: 0);
        layer2 = Stage(layers, design, ref channels, stage: 1);
        layer3 = Stage(layers, design, ref channels, stage: 2);
        if (!design.IsCifar)
            layer4 = Stage(layers, design, ref channels, stage: 3);
        bn2 = layers.BatchNorm(channels);
        fc = layers.Linear(channels, classes);
        RegisterComponents();
    }

    /// <remarks>
    /// The bottlenecks for CIFAR have their stride on the first 1x1 convolution, as the authors' code has; those for ImageNet on the 3x3,
    /// as torchvision's ResNets have. ResNet-110 pads its shortcuts (option A), as in the first paper; the others project.
    /// </remarks>
    public static IReadOnlyList<Architecture> Variants { get; } =
    [
        ImageNet(18, expansion: 1, [2, 2, 2, 2]),
        ImageNet(34, expansion: 1, [3, 4, 6, 3]),
        ImageNet(50, expansion: 4, [3, 4, 6, 3]),
        ImageNet(101, expansion: 4, [3, 4, 23, 3]),
        ImageNet(152, expansion: 4, [3, 8, 36, 3], new(21.1, 5.5, IdentityMappings + "5, one crop of 320")),
        ImageNet(200, expansion: 4, [3, 24, 36, 3], new(20.7, 5.3, IdentityMappings + "5, one crop of 320")),
        Cifar(110, expansion: 1, [18, 18, 18], error: 6.37),
        Cifar(164, expansion: 4, [18, 18, 18], error: 5.46),
        Cifar(1001, expansion: 4, [111, 111, 111], error: 4.92),
    ];

    public override Signal Forward(Signal image)                    // [N,  3, 224, 224]    CIFAR: [N,  3, 32, 32]
    {
        var x = image.Conv(conv1).BatchNorm(bn1).Relu();            // [N, 64, 112, 112]           [N, 16, 32, 32]
        if (layer4 is not null)
            x = x.MaxPool(new(Kernel: 3, Stride: 2, Padding: 1));   // [N, 64,  56,  56]
        x = x.Through(layer1).Through(layer2).Through(layer3);      // [N,  C,  14,  14]           [N,  C,  8,  8]
        if (layer4 is not null)
            x = x.Through(layer4);                                  // [N,  C,   7,   7]
        return x.BatchNorm(bn2).Relu().GlobalAveragePool().Linear(fc);
    }

    private static ModuleList<PreActivationBlock> Stage(LayerFactory layers, Design design, ref int channels, int stage)
    {
        var blocks = new ModuleList<PreActivationBlock>();
        var width = design.FirstWidth << stage;
        for (var i = 0; i < design.Blocks[stage]; i++)
        {
            var stride = stage > 0 && i == 0 ? 2 : 1;
            blocks.Add(new(layers, new(
                channels, width, width * design.Expansion, stride, StrideOn1x1: design.IsCifar ? stride : 1, ActivatesInput: stage > 0 || i > 0, Pads: design.Expansion == 1 && design.IsCifar)));
            channels = width * design.Expansion;
        }

        return blocks;
    }

    private static Architecture ImageNet(int layers, int expansion, int[] blocks, PublishedError? published = null) =>
        Variant($"preresnet{layers}", layers, classes: 1000, PreprocessingSpec.ImageNet, new(IsCifar: false, FirstWidth: 64, expansion, blocks), published);

    private static Architecture Cifar(int layers, int expansion, int[] blocks, double error) =>
        Variant($"preresnet{layers}-cifar", layers, classes: 10, PreprocessingSpec.Cifar, new(IsCifar: true, FirstWidth: 16, expansion, blocks), new(error, null, IdentityMappings + "2"));

    private static Architecture Variant(string name, int layers, int classes, PreprocessingSpec preprocessing, Design design, PublishedError? published) =>
        new(name, layers, classes, preprocessing, (factory, count) => new PreActivationResNet(name, factory, count, design), published);

    /// <param name="FirstWidth">Of the 3x3 convolutions of the first stage, doubled at each stage.</param>
    /// <param name="Expansion">Channels of a unit's output for each of its width: 4 for bottlenecks.</param>
    private sealed record Design(bool IsCifar, int FirstWidth, int Expansion, int[] Blocks);
}
