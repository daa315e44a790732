using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Training;

/// <summary>
/// Gives BatchNorms their statistics back. Weights that were published or exported with mean 0 and variance 1 multiplied into the others
/// serve as well as before, but cannot be trained: there a BatchNorm takes the statistics of its batch, and the network becomes another one.
/// </summary>
internal static class BatchNormStatistics
{
    private const int Images = 256;
    private const int BatchSize = 32;

    /// <summary>
    /// BatchNorms that say mean 0 and variance 1, but for rounding and eps: all of them in some published weights, and in an exported
    /// graph those that come right after a convolution.
    /// </summary>
    public static BatchNorm2d[] Folded(Network network)
    {
        using var scope = NewDisposeScope();
        return
        [
            .. network.modules().OfType<BatchNorm2d>().Where(norm =>
                norm.running_mean!.abs().max().item<float>() == 0 && norm.running_var!.Plus(-1).abs().max().item<float>() <= 2e-3f),
        ];
    }

    /// <summary>
    /// Measures what goes into each of the BatchNorms on the first images of an even spread over the set, and puts the statistics in; gamma and beta
    /// change so that the network computes in evaluation what it computed before.
    /// </summary>
    /// <param name="network">On the device on which it is run.</param>
    public static void Restore(Network network, IReadOnlyCollection<BatchNorm2d> norms, IImageSource images, PreprocessingSpec spec, int decoders, Device device)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        network.eval();
        var sums = norms.ToDictionary(norm => norm, _ => new Moments());
        var indices = EvenSpread.Indices(Images, images.Count).Chunk(BatchSize).Select(chunk => new ReadOnlyMemory<int>(chunk));
        foreach (var batch in new BatchLoader(images, spec, decoders).Load(indices, _ => Augmentation.None))
        {
            using var step = NewDisposeScope();
            network.Forward(new ObservedSignal(new TensorSignal(batch.ToTensors(device).Images), (layer, input, _) =>
            {
                if (layer is BatchNorm2d norm && sums.TryGetValue(norm, out var moments))
                    moments.Add(input);
            }));
        }

        foreach (var (norm, moments) in sums)
            Put(norm, moments);
    }

    private static void Put(BatchNorm2d norm, Moments moments)
    {
        using var scope = NewDisposeScope();
        var (mean, variance) = moments.Result();
        var slope = Double(norm.weight!).div(Double(norm.running_var!).Plus(norm.eps).sqrt());
        var beta = Double(norm.bias!).Plus(slope.mul(mean.Plus(Double(norm.running_mean!), -1)));
        norm.weight!.copy_(slope.mul(variance.Plus(norm.eps).sqrt()));
        norm.bias!.copy_(beta);
        norm.running_mean!.copy_(mean);
        norm.running_var!.copy_(variance);
    }

    private static Tensor Double(Tensor value) => value.detach().to(ScalarType.Float64);

    /// <summary>Of each channel, over the batch and its pixels, in float64.</summary>
    private sealed class Moments
    {
        private Tensor? _sum, _squares;
        private long _count;

        public void Add(Tensor input)
        {
            var values = Double(input);
            var (sum, squares) = (values.sum([0, 2, 3]), values.square().sum([0, 2, 3]));
            (_sum, _squares) = (Total(_sum, sum), Total(_squares, squares));
            _count += input.numel() / input.shape[1];
        }

        public (Tensor Mean, Tensor Variance) Result()
        {
            var mean = _sum!.div(_count);
            return (mean, _squares!.div(_count).Plus(mean.square(), -1).clamp_min(0));
        }

        private static Tensor Total(Tensor? total, Tensor part)
        {
            if (total is null)
                return part.DetachFromDisposeScope();
            return total.AddInPlace(part);
        }
    }
}
