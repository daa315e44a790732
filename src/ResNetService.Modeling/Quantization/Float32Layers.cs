using ResNetService.Inference.Classification;
using ResNetService.Inference.Execution;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Quantization;

/// <summary>
/// Decides which layers stay in float32: none while the quantized network is expected to lose little; else the first, the last, and then the
/// noisiest, each only if it brings the answers nearer. The images are those of calibration, so that those that judge have no part in it.
/// </summary>
/// <param name="build">Makes the quantized graph that leaves the named layers in float32.</param>
internal sealed class Float32Layers(
    FloatGraph graph, ModelManifest manifest, Func<IReadOnlySet<string>, QdqModel> build, CalibrationImages images, CancellationToken cancellationToken)
{
    /// <summary>Of the layers with weights: beyond it, int8 saves little that is worth its loss.</summary>
    private const double MostKept = 0.1;

    /// <summary>A layer in float32 costs time, so it must bring more than chance does.</summary>
    private const double LeastGain = 0.05;

    /// <param name="isolated">The layers that may stay, with their noise.</param>
    /// <param name="maxDrop">Points of top-1 that may be expected to go.</param>
    /// <param name="pixels">Of all images, for the float32 network.</param>
    /// <returns>Names of layers, and why they stay.</returns>
    public IReadOnlyDictionary<string, string> Choose(IReadOnlyDictionary<string, IsolatedLayer> isolated, double maxDrop, IEnumerable<byte[]> pixels)
    {
        var kept = new Dictionary<string, string>();
        var expected = Probabilities(graph.Model, pixels);
        var current = Compare(expected, kept.Keys);
        foreach (var (layer, place) in Candidates(isolated).Take(Math.Max(2, (int)(MostKept * isolated.Count))))
        {
            if (current.Drop <= maxDrop)
                break;
            var with = Compare(expected, kept.Keys.Append(layer));
            if (with.Divergence > current.Divergence * (1 - LeastGain))
                continue;
            kept[layer] = FormattableString.Invariant($"{place}: in int8 the answers' divergence on the calibration images is {current.Divergence:G3} nats, so {with.Divergence:G3}");
            current = with;
        }

        return kept;
    }

    private IEnumerable<(string Layer, string Place)> Candidates(IReadOnlyDictionary<string, IsolatedLayer> isolated)
    {
        string[] inOrder = [.. graph.Nodes.Select(node => node.Name).Where(isolated.ContainsKey)];
        if (inOrder.Length == 0)
            return [];
        return new[] { (inOrder[0], "the first layer"), (inOrder[^1], "the last layer") }
            .Concat(inOrder.OrderBy(layer => isolated[layer].SignalToNoise ?? double.PositiveInfinity).Select(layer => (layer, "a noisy layer")))
            .DistinctBy(candidate => candidate.Item1);
    }

    private (double Drop, double Divergence) Compare(List<double[]> expected, IEnumerable<string> kept)
    {
        var actual = Probabilities(build(kept.ToHashSet()).Model, images.Pixels(cancellationToken));
        return (100 * expected.Zip(actual, Drop).Average(), expected.Zip(actual, Divergence).Average());
    }

    private List<double[]> Probabilities(ModelProto model, IEnumerable<byte[]> pixels)
    {
        // As in GraphProbe.
        using var session = OnnxFile.Load(ExecutionBackend.OnCpu(), model, Precision.Int8);
        var (size, answers) = (manifest.Preprocessing.InputSize, new List<double[]>());
        foreach (var image in pixels)
        {
            var probabilities = new double[manifest.Labels.Count];
            if (!Softmax.TryCompute(GraphRun.Logits(session, manifest, image, 1, size, size), probabilities))
                throw new QuantizationException("the network's output for a calibration image is not a number");
            answers.Add(probabilities);
        }

        return answers;
    }

    /// <summary>Chance that the answer was right less the chance that it still is, if the float32 network's probabilities are: a changed near-tie costs next to nothing.</summary>
    private static double Drop(double[] expected, double[] actual) => expected.Max() - expected[Array.IndexOf(actual, actual.Max())];

    /// <summary>Kullback and Leibler's, in nats.</summary>
    private static double Divergence(double[] expected, double[] actual) =>
        expected.Zip(actual, (e, a) => e > 0 ? e * Math.Log(e / Math.Max(a, double.Epsilon)) : 0).Sum();
}
