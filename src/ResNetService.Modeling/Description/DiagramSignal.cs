using ResNetService.Modeling.Architectures;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Description;

/// <summary>Draws the network: a box for each convolution, pooling and linear layer, and a circle for each addition.</summary>
/// <param name="shape">Of one image.</param>
/// <param name="way">From the last node; what comes next is drawn at its end.</param>
/// <param name="isShortcut">Whether it runs within a shortcut, whose layers are written beside its line.</param>
internal sealed class DiagramSignal(Diagram diagram, FeatureShape shape, DiagramEdge way, bool isShortcut = false) : Signal
{
    public override FeatureShape Shape => shape;

    public override Signal Conv(Conv2d layer)
    {
        var (kernel, stride) = (layer.kernel_size!, layer.stride![0]);
        return Box($"{kernel[0]}x{kernel[1]} conv, {layer.out_channels}{Stride(stride)}", shape.Conv(layer));
    }

    public override Signal BatchNorm(BatchNorm2d layer) => this;

    public override Signal Relu() => this;

    public override Signal PRelu(PReLU layer) => this;

    public override Signal Sigmoid() => this;

    public override Signal Tanh() => this;

    public override Signal Add(Signal other) => Junction("+", other);

    public override Signal Subtract(Signal other) => Junction("\u2212", other);

    public override Signal Multiply(Signal other) => Junction("\u00d7", other);

    public override Signal Concat(params IReadOnlyList<Signal> others)
    {
        var all = others.Prepend(this).Cast<DiagramSignal>().ToArray();
        return Node(OperationName.Concat, isJunction: false, FeatureShape.Concat(all.Select(signal => signal.Shape)), [.. all.Select(signal => signal.Way)]);
    }

    public override Signal MaxPool(Pooling pooling) => Box($"{pooling.Kernel}x{pooling.Kernel} max pool{Stride(pooling.Stride)}", shape.Pool(pooling));

    public override Signal AveragePool(Pooling pooling) => Box($"{pooling.Kernel}x{pooling.Kernel} avg pool{Stride(pooling.Stride)}", shape.Pool(pooling));

    public override Signal AdaptiveAveragePool(int size) => Box($"avg pool to {size}x{size}", shape with { Height = size, Width = size });

    public override Signal GlobalAveragePool() => Box("avg pool", FeatureShape.Vector(shape.Channels));

    public override Signal Flatten() => Along(shape.Flatten());

    public override Signal Linear(Linear layer) => Box($"fc {layer.out_features}", shape.Linear(layer));

    public override Signal Dropout(Dropout layer) => this;

    public override Signal Subsample(int stride) => Changed(shape.Subsample(stride), Stride(stride).TrimStart(',', ' '));

    public override Signal PadChannels(int before, int after) => Changed(shape with { Channels = before + shape.Channels + after }, "pad");

    public override Signal Through(Module<Signal, Signal> block) =>
        block is Shortcut ? ((DiagramSignal)block.forward(new DiagramSignal(diagram, shape, way, isShortcut: true))).Outside() : base.Through(block);

    private DiagramEdge Way => way;

    private static string Stride(long stride) => stride == 1 ? "" : $", /{stride}";

    private DiagramSignal Box(string text, FeatureShape output) => isShortcut ? Changed(output, text) : Node(text, isJunction: false, output, [way]);

    private DiagramSignal Junction(string sign, Signal other) => Node(sign, isJunction: true, shape.Like(other.Shape), [way, ((DiagramSignal)other).Way]);

    private DiagramSignal Node(string text, bool isJunction, FeatureShape output, DiagramEdge[] from) =>
        new(diagram, output, new(diagram.Add(text, isJunction, output, from), To: -1, ChangesShape: false, Text: ""), isShortcut);

    private DiagramSignal Changed(FeatureShape output, string text) =>
        new(diagram, output, way with { ChangesShape = true, Text = way.Text.Length == 0 ? text : $"{way.Text}; {text}" }, isShortcut);

    private DiagramSignal Along(FeatureShape output) => new(diagram, output, way, isShortcut);

    private DiagramSignal Outside() => new(diagram, shape, way);
}
