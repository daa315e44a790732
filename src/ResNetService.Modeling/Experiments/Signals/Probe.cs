using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNetService.Modeling.Experiments.Signals;

/// <summary>Measures one network: forward and backward once, some steps of training, and the same again.</summary>
internal sealed class Probe : IDisposable
{
    private readonly ProbeDesign _design;
    private readonly SgdOptimizer _optimizer;

    /// <param name="width">Channels of every layer.</param>
    /// <param name="seed">Of the first weights.</param>
    public Probe(ProbeDesign design, int width, int classes, int seed)
    {
        random.manual_seed(seed);
        _design = design;
        Network = new ProbeNet(new LayerFactory(CPU), design, width, classes);
        Initialization.Apply(Network, design.Initialization);
        Network.train();
        _optimizer = new(Network.named_parameters().Select(p => new TrainedParameter(p.name, p.parameter)), momentum: 0.9, weightDecay: 1e-4, nesterov: false);
    }

    public ProbeNet Network { get; }

    /// <param name="batches">The first is measured; training takes them in turn.</param>
    public ProbeResult Run(IReadOnlyList<(Tensor Images, Tensor Classes)> batches, int steps, double learningRate, CancellationToken cancellationToken)
    {
        var (first, firstLoss) = Measure(batches[0]);
        for (var step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!double.IsFinite(Step(batches[step % batches.Count], learningRate)))
                return new(_design, first, [], firstLoss, double.NaN);
        }

        var (last, lastLoss) = Measure(batches[0]);
        return double.IsFinite(lastLoss) ? new(_design, first, last, firstLoss, lastLoss) : new(_design, first, [], firstLoss, double.NaN);
    }

    public (IReadOnlyList<LayerScale> Layers, double Loss) Measure((Tensor Images, Tensor Classes) batch)
    {
        using var scope = NewDisposeScope();
        var outputs = new List<(int Layer, Tensor Output, double Flat)>();
        var (depth, flat, elements) = (0, 0L, 0L);
        void See(Module? module, Tensor input, Tensor output)
        {
            switch (module)
            {
                case ProbeNonlinearity nonlinearity when !Network.IsFirst(nonlinearity):
                    flat += nonlinearity.IsFlat(output).sum().item<long>();
                    elements += output.numel();
                    break;
                case ProbeLayer layer:
                    output.retain_grad();
                    outputs.Add((depth += layer.Depth, output, (double)flat / elements));
                    (flat, elements) = (0, 0);
                    break;
            }
        }

        var logits = ((ObservedSignal)Network.Forward(new ObservedSignal(new TensorSignal(batch.Images), See))).Tensor;
        var loss = functional.cross_entropy(logits, batch.Classes);
        _optimizer.ZeroGradients();
        loss.backward();
        return ([.. outputs.Select(seen => new LayerScale(seen.Layer, Deviation(seen.Output), Deviation(seen.Output.grad!), seen.Flat))], loss.item<float>());
    }

    /// <summary>libtorch sums in float64, so that the squares of small gradients are not zero.</summary>
    internal static double Deviation(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return tensor.std(unbiased: false).item<float>();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        Network.Dispose();
    }

    private double Step((Tensor Images, Tensor Classes) batch, double learningRate)
    {
        using var scope = NewDisposeScope();
        _optimizer.ZeroGradients();
        var loss = functional.cross_entropy(Network.forward(batch.Images), batch.Classes);
        loss.backward();
        _optimizer.Step(learningRate);
        return loss.item<float>();
    }
}
