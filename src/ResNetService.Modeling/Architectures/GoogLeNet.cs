using ResNetService.ModelFormat;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Architectures;

/// <summary>
/// GoogLeNet, or Inception v1, of "Going Deeper with Convolutions" (Szegedy et al., 2014), table 1, with torchvision's keys.
/// </summary>
/// <remarks>
/// Deviations from the paper, which are torchvision's, whose weights people bring: BatchNorm after every convolution, no local response
/// normalisation, and a 3x3 convolution where the paper has 5x5 (an oversight of the first TensorFlow port that the weights were made with).
/// </remarks>
internal sealed class GoogLeNet : Network, INetworkFamily
{
    private readonly NormalizedConvolution conv1, conv2, conv3;
    private readonly Inception inception3a, inception3b, inception4a, inception4b, inception4c, inception4d, inception4e, inception5a, inception5b;
    private readonly AuxiliaryHead? aux1, aux2;
    private readonly Dropout dropout = nn.Dropout(0.2);
    private readonly Linear fc;

    private GoogLeNet(string name, LayerFactory layers, int classes)
        : base(name)
    {
        conv1 = new(layers, 3, 64, kernel: 7, stride: 2);
        conv2 = new(layers, 64, 64, kernel: 1);
        conv3 = new(layers, 64, 192, kernel: 3);
        inception3a = new(layers, 192, 64, (96, 128), (16, 32), 32);
        inception3b = new(layers, 256, 128, (128, 192), (32, 96), 64);
        inception4a = new(layers, 480, 192, (96, 208), (16, 48), 64);
        inception4b = new(layers, 512, 160, (112, 224), (24, 64), 64);
        inception4c = new(layers, 512, 128, (128, 256), (24, 64), 64);
        inception4d = new(layers, 512, 112, (144, 288), (32, 64), 64);
        inception4e = new(layers, 528, 256, (160, 320), (32, 128), 128);
        inception5a = new(layers, 832, 256, (160, 320), (32, 128), 128);
        inception5b = new(layers, 832, 384, (192, 384), (48, 128), 128);
        if (layers.ForTraining)
            (aux1, aux2) = (new(layers, 512, classes), new(layers, 528, classes));
        fc = layers.Linear(1024, classes);
        RegisterComponents();
    }

    public static IReadOnlyList<Architecture> Variants { get; } =
    [
        new(
            "googlenet",
            Layers: 22,
            Classes: 1000,
            PreprocessingSpec.ImageNet,
            (factory, classes) => new GoogLeNet("googlenet", factory, classes),
            new(null, 9.15, "table 3, ten crops, without BatchNorm and with 5x5 convolutions")),
    ];

    public override Signal Forward(Signal image) => Forward(image, out _);

    /// <summary>The heads in the middle add to the loss at 0.3 each (section 5, "auxiliary classifiers").</summary>
    public override TrainingSignals ForwardForTraining(Signal image)
    {
        var logits = Forward(image, out var heads);
        return new(logits, heads, AuxiliaryWeight: 0.3);
    }

    private Signal Forward(Signal image, out Signal[] heads)                    // [N,    3, 224, 224]
    {
        var x = image.Through(conv1).MaxPool(HalvingBy3);                       // [N,   64,  56,  56]
        x = x.Through(conv2).Through(conv3).MaxPool(HalvingBy3);                // [N,  192,  28,  28]
        x = x.Through(inception3a).Through(inception3b).MaxPool(HalvingBy3);    // [N,  480,  14,  14]
        x = x.Through(inception4a);                                             // [N,  512,  14,  14]
        var middle = x.Through(inception4b).Through(inception4c).Through(inception4d); // [N, 528, 14, 14]
        heads = aux1 is null || aux2 is null ? [] : [x.Through(aux1), middle.Through(aux2)];
        x = middle.Through(inception4e).MaxPool(new(Kernel: 2, Stride: 2, CeilMode: true)); // [N, 832, 7, 7]
        x = x.Through(inception5a).Through(inception5b);                        // [N, 1024,   7,   7]
        return x.GlobalAveragePool().Dropout(dropout).Linear(fc);               // [N, classes]
    }

    private static Pooling HalvingBy3 => new(Kernel: 3, Stride: 2, CeilMode: true);
}
