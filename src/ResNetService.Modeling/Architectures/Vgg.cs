using ResNetService.ModelFormat;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>
/// The networks D and E of "Very Deep Convolutional Networks for Large-Scale Image Recognition" (Simonyan, Zisserman, 2014), with
/// torchvision's keys, and with BatchNorm as torchvision has them too.
/// </summary>
internal sealed class Vgg : Network, INetworkFamily
{
    private readonly VggFeatures features;
    private readonly VggClassifier classifier;

    private Vgg(string name, LayerFactory layers, int classes, int[] convolutions, bool batchNorm)
        : base(name)
    {
        features = new(layers, convolutions, batchNorm);
        classifier = new(layers, classes);
        RegisterComponents();
    }

    public static IReadOnlyList<Architecture> Variants { get; } =
    [
        Variant("vgg16", 16, [2, 2, 3, 3, 3], batchNorm: false, new(28.07, 9.33, "table 3, ten crops")),
        Variant("vgg16-bn", 16, [2, 2, 3, 3, 3], batchNorm: true),
        Variant("vgg19", 19, [2, 2, 4, 4, 4], batchNorm: false),
        Variant("vgg19-bn", 19, [2, 2, 4, 4, 4], batchNorm: true),
    ];

    public override Signal Forward(Signal image)                                    // [N,   3, 224, 224]
    {
        var x = image.Through(features);                                            // [N, 512,   7,   7]
        return x.AdaptiveAveragePool(VggClassifier.Grid).Flatten().Through(classifier); // [N, classes]
    }

    private static Architecture Variant(string name, int layers, int[] convolutions, bool batchNorm, PublishedError? published = null) =>
        new(name, layers, Classes: 1000, PreprocessingSpec.ImageNet, (factory, classes) => new Vgg(name, factory, classes, convolutions, batchNorm), published);
}

/// <summary>Stages of 3x3 convolutions, each ended by max pooling. Keys count convolutions, BatchNorms, ReLUs and poolings, as torchvision's do.</summary>
internal sealed class VggFeatures : Module<Signal, Signal>
{
    private static readonly int[] Widths = [64, 128, 256, 512, 512];

    private readonly List<List<(Conv2d Conv, BatchNorm2d? Norm)>> _stages = [];

    public VggFeatures(LayerFactory layers, int[] convolutions, bool batchNorm)
        : base(nameof(VggFeatures))
    {
        var (channels, index) = (3, 0);
        foreach (var (count, width) in convolutions.Zip(Widths))
        {
            var stage = new List<(Conv2d, BatchNorm2d?)>();
            for (var i = 0; i < count; i++, channels = width)
            {
                var conv = layers.Conv(channels, width, kernel: 3, bias: true);
                register_module($"{index++}", conv);
                var norm = batchNorm ? layers.BatchNorm(width) : null;
                if (norm is not null)
                    register_module($"{index++}", norm);
                stage.Add((conv, norm));
                index++;
            }

            _stages.Add(stage);
            index++;
        }
    }

    public override Signal forward(Signal x)
    {
        foreach (var stage in _stages)
        {
            foreach (var (conv, norm) in stage)
                x = (norm is null ? x.Conv(conv) : x.Conv(conv).BatchNorm(norm)).Relu();
            x = x.MaxPool(new(Kernel: 2, Stride: 2));
        }

        return x;
    }
}

/// <summary>Three linear layers.</summary>
internal sealed class VggClassifier : Module<Signal, Signal>
{
    /// <summary>Height and width of what it takes.</summary>
    public const int Grid = 7;

    private const int Width = 4096;

    [ComponentName(Name = "0")]
    private readonly Linear fc1;

    [ComponentName(Name = "2")]
    private readonly Dropout dropout1 = nn.Dropout(0.5);

    [ComponentName(Name = "3")]
    private readonly Linear fc2;

    [ComponentName(Name = "5")]
    private readonly Dropout dropout2 = nn.Dropout(0.5);

    [ComponentName(Name = "6")]
    private readonly Linear fc3;

    public VggClassifier(LayerFactory layers, int classes)
        : base(nameof(VggClassifier))
    {
        fc1 = layers.Linear(512 * Grid * Grid, Width);
        fc2 = layers.Linear(Width, Width);
        fc3 = layers.Linear(Width, classes);
        RegisterComponents();
    }

    public override Signal forward(Signal x) => x.Linear(fc1).Relu().Dropout(dropout1).Linear(fc2).Relu().Dropout(dropout2).Linear(fc3);
}
