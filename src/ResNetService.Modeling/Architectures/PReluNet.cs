using ResNetService.ModelFormat;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Architectures;

/// <summary>
/// Model A of "Delving Deep into Rectifiers" (He, Zhang, Ren, Sun, 2015), table 3: 19 layers, a learned slope in every rectifier, and spatial
/// pyramid pooling before the linear layers.
/// </summary>
internal sealed class PReluNet : Network, INetworkFamily
{
    private const int Width = 4096;

    /// <summary>Cells along a side at each level of the pyramid.</summary>
    private static readonly int[] Pyramid = [7, 3, 2, 1];

    private readonly ModuleList<RectifiedConvolution> conv1, conv2, conv3, conv4;
    private readonly Linear fc1, fc2, fc3;
    private readonly PReLU prelu1, prelu2;
    private readonly Dropout dropout1 = nn.Dropout(0.5), dropout2 = nn.Dropout(0.5);

    private PReluNet(string name, LayerFactory layers, int classes)
        : base(name)
    {
        conv1 = new([new(layers, 3, 96, kernel: 7, stride: 2)]);
        conv2 = Stage(layers, 96, 256);
        conv3 = Stage(layers, 256, 512);
        conv4 = Stage(layers, 512, 512);
        fc1 = layers.Linear(512 * Pyramid.Sum(cells => cells * cells), Width);
        prelu1 = layers.PRelu(Width);
        fc2 = layers.Linear(Width, Width);
        prelu2 = layers.PRelu(Width);
        fc3 = layers.Linear(Width, classes);
        RegisterComponents();
    }

    public static IReadOnlyList<Architecture> Variants { get; } =
    [
        new(
            "prelunet-a",
            Layers: 19,
            Classes: 1000,
            PreprocessingSpec.ImageNet,
            (factory, classes) => new PReluNet("prelunet-a", factory, classes),
            new(24.27, 7.38, "table 3, ten crops")),
    ];

    public override Signal Forward(Signal image)                                            // [N,     3, 224, 224]
    {
        var x = image.Through(conv1).MaxPool(Halving).Through(conv2);                       // [N,   256,  56,  56]
        x = x.MaxPool(Halving).Through(conv3).MaxPool(Halving).Through(conv4);              // [N,   512,  14,  14]
        x = PoolPyramid(x);                                                                 // [N, 32256]
        return x.Linear(fc1).PRelu(prelu1).Dropout(dropout1).Linear(fc2).PRelu(prelu2).Dropout(dropout2).Linear(fc3);
    }

    private static Pooling Halving => new(Kernel: 2, Stride: 2);

    /// <summary>Windows of ceil(size / cells) pixels at every floor(size / cells) ("Spatial Pyramid Pooling in Deep Convolutional Networks", section 2.3).</summary>
    /// <exception cref="InvalidOperationException">The image is too small for the finest level.</exception>
    private static Signal PoolPyramid(Signal x)
    {
        var size = x.Shape.Height;
        if (size < Pyramid[0])
            throw new InvalidOperationException($"spatial pyramid pooling takes {Pyramid[0]}x{Pyramid[0]} pixels or more, and is given {x.Shape}: the image must have {16 * Pyramid[0]} or more on a side");
        var levels = Pyramid.Select(cells => x.MaxPool(new(Kernel: (size + cells - 1) / cells, Stride: size / cells)).Flatten()).ToArray();
        return levels[0].Concat(levels[1..]);
    }

    private static ModuleList<RectifiedConvolution> Stage(LayerFactory layers, int inChannels, int width) =>
        new([.. Enumerable.Range(0, 5).Select(i => new RectifiedConvolution(layers, i == 0 ? inChannels : width, width, kernel: 3))]);
}

/// <summary>A convolution and its rectifier, whose slope for negative values is learned for each channel.</summary>
internal sealed class RectifiedConvolution : Module<Signal, Signal>
{
    private readonly Conv2d conv;
    private readonly PReLU prelu;

    public RectifiedConvolution(LayerFactory layers, int inChannels, int outChannels, int kernel, int stride = 1)
        : base(nameof(RectifiedConvolution))
    {
        conv = layers.Conv(inChannels, outChannels, kernel, stride, bias: true);
        prelu = layers.PRelu(outChannels);
        RegisterComponents();
    }

    public override Signal forward(Signal x) => x.Conv(conv).PRelu(prelu);
}
