using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Quantization;

/// <summary>What quantization does to a layer with weights if it alone is quantized.</summary>
/// <param name="Correction">One number an output channel: what its mean lacks in int8. The layers behind it cannot tell such a shift from an image, so it is added to the bias.</param>
/// <param name="SignalToNoise">Of the layer's output with the correction, in decibels; null where nothing differs.</param>
internal sealed record IsolatedLayer(float[] Correction, double? SignalToNoise);

/// <summary>Measures layers one by one, all in the same run: each in int8 on its input in float32.</summary>
/// <remarks>
/// Bias correction: M. Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", ICCV 2019, section 4.2, with
/// measured means. Measured in the quantized network as a whole, a layer's shift holds those of all before it, which are corrected too: corrections
/// of 50 layers made so do harm.
/// </remarks>
internal static class IsolatedLayers
{
    /// <param name="beside">Of <see cref="QdqGraph.BuildBeside"/>.</param>
    /// <param name="images">Pixels of each.</param>
    /// <returns>By the layer's name.</returns>
    public static IReadOnlyDictionary<string, IsolatedLayer> Measure(FloatGraph graph, QdqModel beside, ModelManifest manifest, IEnumerable<byte[]> images)
    {
        var model = beside.Model.Clone();
        var builder = new GraphBuilder(model.Graph);
        Probed[] layers = [.. graph.Nodes.Where(node => beside.Int8.ContainsKey(node.Output[0])).Select(node => new Probed(builder, node, beside.Int8[node.Output[0]]))];
        if (layers.Length == 0)
            return new Dictionary<string, IsolatedLayer>();
        using var probe = new GraphProbe(model, manifest, [.. layers.SelectMany(layer => layer.Probes)]);
        foreach (var pixels in images)
        {
            probe.Run(pixels);
            foreach (var layer in layers)
                layer.Add(probe);
        }

        return layers.ToDictionary(layer => layer.Name, layer => layer.Result());
    }

    private sealed class Probed
    {
        private readonly string _shift, _noise, _signal;
        private double[]? _shifts;
        private double _noiseEnergy, _signalEnergy;
        private int _images;

        public Probed(GraphBuilder builder, NodeProto node, string int8)
        {
            Name = node.Name;
            var difference = builder.Add("Sub", "shift", [node.Output[0], int8]);
            // [N,C]: over all places, where the layer has places.
            (_shift, _noise, _signal) = (Mean(difference), Mean(Square(difference)), Mean(Square(node.Output[0])));

            string Square(string value) => builder.Add("Mul", "square", [value, value]);

            string Mean(string value) => node.OpType == "Gemm"
                ? value
                : builder.Add("ReduceMean", "mean", [value], GraphBuilder.Attribute("axes", [2, 3]), GraphBuilder.Attribute("keepdims", 0));
        }

        public string Name { get; }

        public IEnumerable<string> Probes => [_shift, _noise, _signal];

        public void Add(GraphProbe probe)
        {
            var shift = probe[_shift];
            var noise = probe[_noise];
            var signal = probe[_signal];
            _shifts ??= new double[shift.Length];
            for (var channel = 0; channel < shift.Length; channel++)
            {
                _shifts[channel] += shift[channel];
                _noiseEnergy += noise[channel];
                _signalEnergy += signal[channel];
            }

            _images++;
        }

        public IsolatedLayer Result()
        {
            float[] correction = [.. _shifts!.Select(sum => (float)(sum / _images))];
            // The part of the noise that is its mean goes with the correction.
            return new(correction, Decibels.Of(_signalEnergy, _noiseEnergy - (_images * correction.Sum(c => (double)c * c))));
        }
    }
}
