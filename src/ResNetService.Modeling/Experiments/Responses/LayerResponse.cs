using ResNetService.Modeling.Architectures;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNetService.Modeling.Experiments.Responses;

/// <summary>How strongly a 3x3 layer answers.</summary>
/// <param name="Layer">From 1, in the order in which the layers run.</param>
/// <param name="Name">Of its convolution in the state dict.</param>
/// <param name="Deviation">Standard deviation of its outputs behind BatchNorm, before the nonlinearity and the addition (paper, figure 7); over images, channels and pixels.</param>
internal sealed record LayerResponse(int Layer, string Name, double Deviation)
{
    /// <exception cref="ExperimentException">A 3x3 convolution of the network has no BatchNorm behind it.</exception>
    public static IReadOnlyList<LayerResponse> Measure(Network network, TestBatches batches, IProgress<int> images, CancellationToken cancellationToken)
    {
        var names = network.named_modules().ToDictionary(m => m.module, m => m.name);
        var layers = new Dictionary<nn.Module, Moments>();
        nn.Module? previous = null;
        void See(nn.Module? module, Tensor input, Tensor output)
        {
            if (module is Conv2d convolution && IsThreeByThree(convolution))
                layers.TryAdd(convolution, new());
            if (module is BatchNorm2d && previous is not null && layers.TryGetValue(previous, out var moments))
                moments.Add(output);
            previous = module;
        }

        batches.ForEach(network, tensor => new ObservedSignal(new TensorSignal(tensor), See), (_, _) => { }, images, cancellationToken);
        var bare = layers.Where(layer => layer.Value.Count == 0).Select(layer => names[layer.Key]).ToArray();
        return bare.Length == 0
            ? [.. layers.Select((layer, i) => new LayerResponse(i + 1, names[layer.Key], layer.Value.Deviation))]
            : throw new ExperimentException($"responses are measured behind BatchNorm, which these layers of {network.GetName()} do not have: {string.Join(", ", bare)}");
    }

    private static bool IsThreeByThree(Conv2d convolution) => convolution.kernel_size is [3, 3];

    /// <summary>Mean and variance of tensors that come one after another.</summary>
    internal sealed class Moments
    {
        private double _sum, _sumOfSquares;

        public long Count { get; private set; }

        public double Deviation => Math.Sqrt(Math.Max((_sumOfSquares / Count) - (_sum / Count * (_sum / Count)), 0));

        public void Add(Tensor values)
        {
            using var scope = NewDisposeScope();
            // Not TorchSharp's var: it divides by n - 1 whatever it is told.
            double mean = values.mean().item<float>(), deviation = values.std(unbiased: false).item<float>();
            Count += values.numel();
            _sum += values.numel() * mean;
            _sumOfSquares += values.numel() * ((deviation * deviation) + (mean * mean));
        }
    }
}
