using TorchSharp.Modules;

namespace ResNetService.Modeling.Architectures;

/// <summary>What one convolution or linear layer costs for one image.</summary>
/// <param name="Layer">The TorchSharp module.</param>
/// <param name="MultiplyAdds">Products that are summed; a bias, a normalisation, an addition count nothing, as in the paper.</param>
internal sealed record LayerCost(TorchSharp.torch.nn.Module Layer, int Channels, int Height, int Width, long MultiplyAdds);

/// <summary>Follows the shape of one image through the network and notes what each layer costs. Needs no memory for weights.</summary>
internal sealed class CostSignal(int channels, int height, int width, List<LayerCost> costs) : Signal
{
    public IReadOnlyList<LayerCost> Costs => costs;

    public (int Channels, int Height, int Width) Shape => (channels, height, width);

    public override Signal Conv(Conv2d layer)
    {
        if (layer.in_channels != channels)
            throw new InvalidOperationException($"a convolution of {layer.in_channels} channels is given {channels}");

        var (kernel, stride, padding) = (layer.kernel_size!, layer.stride!, layer.padding!);
        var next = Next((int)layer.out_channels, Extent(height, kernel[0], stride[0], padding[0]), Extent(width, kernel[1], stride[1], padding[1]));
        costs.Add(Cost(layer, next, layer.weight.numel() * next.Shape.Height * next.Shape.Width));
        return next;
    }

    public override Signal BatchNorm(BatchNorm2d layer) => this;

    public override Signal Relu() => this;

    public override Signal Add(Signal other) =>
        ((CostSignal)other).Shape == Shape
            ? this
            : throw new InvalidOperationException($"an addition of {Shape} and {((CostSignal)other).Shape}");

    public override Signal MaxPool(int kernel, int stride, int padding) =>
        Next(channels, Extent(height, kernel, stride, padding), Extent(width, kernel, stride, padding));

    public override Signal GlobalAveragePool() => Next(channels, 1, 1);

    public override Signal Linear(Linear layer)
    {
        var next = Next((int)layer.out_features, 1, 1);
        costs.Add(Cost(layer, next, layer.weight.numel()));
        return next;
    }

    public override Signal Subsample(int stride) => Next(channels, Extent(height, 1, stride, 0), Extent(width, 1, stride, 0));

    public override Signal PadChannels(int before, int after) => Next(before + channels + after, height, width);

    private CostSignal Next(int nextChannels, int nextHeight, int nextWidth) => new(nextChannels, nextHeight, nextWidth, costs);

    private static LayerCost Cost(TorchSharp.torch.nn.Module layer, CostSignal output, long multiplyAdds) =>
        new(layer, output.Shape.Channels, output.Shape.Height, output.Shape.Width, multiplyAdds);

    private static int Extent(int size, long kernel, long stride, long padding) => (int)(((size + (2 * padding) - kernel) / stride) + 1);
}
