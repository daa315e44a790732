using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;

namespace ResNetService.Modeling.Quantization;

/// <param name="Method">Name of the <see cref="RangeMethod"/>, or <c>pixels</c>.</param>
internal sealed record ChosenRange(string Method, ActivationRange Range)
{
    /// <summary>Of pixels, which are what they are.</summary>
    public static ChosenRange Pixels { get; } = new("pixels", new(0, byte.MaxValue));
}

/// <summary>
/// Chooses the range of each tensor by what its quantization, and nothing else, does to the outputs of the layers that read it: the
/// method with the least noise in proportion to the signal, summed over those layers.
/// </summary>
internal sealed class RangeSelection
{
    private readonly FloatGraph _graph;
    private readonly Int8Placement _placement;
    private readonly ModelProto _probed;
    private readonly GraphBuilder _builder;
    private readonly Dictionary<string, string> _signals = [];
    private readonly List<Trial> _trials = [];

    private RangeSelection(FloatGraph graph, Int8Placement placement)
    {
        (_graph, _placement, _probed) = (graph, placement, graph.Model.Clone());
        _builder = new(_probed.Graph);
    }

    /// <param name="histograms">Of each value that is quantized and shares no other's scale.</param>
    /// <param name="images">Pixels of each.</param>
    /// <returns>By the names of those values.</returns>
    public static IReadOnlyDictionary<string, ChosenRange> Choose(
        FloatGraph graph, Int8Placement placement, IReadOnlyDictionary<string, ValueHistogram> histograms, ModelManifest manifest, IEnumerable<byte[]> images)
    {
        var selection = new RangeSelection(graph, placement);
        foreach (var (value, histogram) in histograms)
            selection.AddTrials(value, histogram);
        selection.Measure(manifest, images);
        return selection._trials.GroupBy(trial => trial.Value).ToDictionary(trials => trials.Key, trials => trials.MinBy(trial => trial.RelativeNoise)!.Chosen);
    }

    private void AddTrials(string value, ValueHistogram histogram)
    {
        var ranges = RangeMethod.All.Select(method => new ChosenRange(method.Name, method.Choose(histogram))).DistinctBy(chosen => chosen.Range.Parameters).ToArray();
        var group = _placement.Values.Where(other => _placement.Root(other) == value).ToArray();
        foreach (var chosen in ranges)
        {
            var trial = new Trial(value, chosen);
            _trials.Add(trial);
            if (ranges.Length == 1)
                continue;
            foreach (var member in group)
            {
                var quantized = Quantize(member, chosen.Range);
                foreach (var reader in _graph.Consumers(member).Where(node => _graph.Form(node) != Int8Form.Movement && _placement.ReadsQuantized(node, member)))
                    trial.Readings.Add((SignalOf(_graph.UnitOutput(reader)), NoiseOf(Recompute(reader, member, quantized), _graph.UnitOutput(reader))));
            }

            if (trial.Readings.Count == 0)
                trial.Readings.Add((SignalOf(value), NoiseOf(Quantize(value, chosen.Range), value)));
        }
    }

    private string Quantize(string value, ActivationRange range)
    {
        var (scale, zeroPoint) = range.Parameters;
        string[] parameters = [_builder.Constant("trial.scale", [scale]), _builder.Constant("trial.zero_point", [zeroPoint])];
        return _builder.Add("DequantizeLinear", "trial.dequantized", [_builder.Add("QuantizeLinear", "trial.quantized", [value, .. parameters]), .. parameters]);
    }

    private string Recompute(NodeProto node, string value, string replacement)
    {
        var output = _builder.Add(node.OpType, "trial.output", [.. node.Input.Select(input => input == value ? replacement : input)], [.. node.Attribute]);
        return _graph.FusedRelu(node) is null ? output : _builder.Add("Relu", "trial.relu", [output]);
    }

    private string SignalOf(string value) => _signals.TryGetValue(value, out var signal) ? signal : _signals[value] = Energy(value);

    private string NoiseOf(string value, string reference) => Energy(_builder.Add("Sub", "trial.noise", [value, reference]));

    /// <returns>[N,1]: the sum of the squares.</returns>
    private string Energy(string value) => _builder.Add(
        "ReduceSumSquare", "trial.energy", [_builder.Add("Flatten", "trial.flat", [value], GraphBuilder.Attribute("axis", 1))], GraphBuilder.Attribute("axes", [1]), GraphBuilder.Attribute("keepdims", 1));

    private void Measure(ModelManifest manifest, IEnumerable<byte[]> images)
    {
        var sums = _trials.SelectMany(trial => trial.Readings).SelectMany(reading => new[] { reading.Signal, reading.Noise }).Distinct().ToDictionary(name => name, _ => 0.0);
        if (sums.Count == 0)
            return;
        using var probe = new GraphProbe(_probed, manifest, [.. sums.Keys]);
        foreach (var pixels in images)
        {
            probe.Run(pixels);
            foreach (var name in sums.Keys)
                sums[name] += probe[name][0];
        }

        foreach (var trial in _trials)
            trial.RelativeNoise = trial.Readings.Sum(reading => sums[reading.Noise] / Math.Max(sums[reading.Signal], double.Epsilon));
    }

    private sealed class Trial(string value, ChosenRange chosen)
    {
        public string Value => value;

        public ChosenRange Chosen => chosen;

        public List<(string Signal, string Noise)> Readings { get; } = [];

        public double RelativeNoise { get; set; }
    }
}
