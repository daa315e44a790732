using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Quantization;

/// <param name="Kept">Layers that have an int8 form and stay in float32 for accuracy's sake, and why.</param>
/// <param name="Ranges">Of each value that is quantized and shares no other's scale.</param>
/// <param name="Isolated">Of the layers with weights that are int8.</param>
/// <param name="SignalToNoise">Of what each int8 operator gives, in decibels; null where nothing differs.</param>
internal sealed record QuantizedNetwork(
    QdqModel Model,
    Int8Placement Placement,
    IReadOnlyDictionary<string, string> Kept,
    IReadOnlyDictionary<string, ChosenRange> Ranges,
    IReadOnlyDictionary<string, IsolatedLayer> Isolated,
    IReadOnlyDictionary<string, double?> SignalToNoise);

/// <summary>Quantizes a float32 graph by what its tensors are on calibration images. The same graph and images give the same result to the bit.</summary>
/// <param name="completed">Told how many images have been run, of <see cref="Runs"/>.</param>
internal sealed class Quantizer(FloatGraph graph, ModelManifest manifest, CalibrationImages images, IProgress<int> completed, CancellationToken cancellationToken)
{
    /// <summary>Ranges are compared by energies over all places of a tensor, which few images give well enough.</summary>
    private const int ImagesToCompare = 100;

    private int _completed;

    /// <summary>How many images are run in all.</summary>
    public static int Runs(CalibrationImages images) => (3 * images.Count) + (2 * Math.Min(ImagesToCompare, images.Count));

    /// <param name="maxDrop">Points of top-1 that may be expected to go before layers are kept in float32.</param>
    public QuantizedNetwork Run(double maxDrop)
    {
        var placement = new Int8Placement(graph, new HashSet<string>());
        var ranges = RangeSelection.Choose(graph, placement, Observe(placement), manifest, Run(images.Some(ImagesToCompare)))
            .Concat(placement.Values.Where(value => graph.Pixels(value) is not null).Select(value => KeyValuePair.Create(value, ChosenRange.Pixels))).ToDictionary();
        var isolated = IsolatedLayers.Measure(graph, QdqGraph.BuildBeside(graph, placement, ranges), manifest, Run(images));
        var corrections = isolated.ToDictionary(layer => layer.Key, layer => layer.Value.Correction);

        var keeping = new Float32Layers(graph, manifest, kept => QdqGraph.Build(graph, new(graph, kept), ranges, corrections), images, cancellationToken);
        var kept = keeping.Choose(isolated, maxDrop, Run(images));
        placement = new(graph, kept.Keys.ToHashSet());
        var model = QdqGraph.Build(graph, placement, ranges, corrections);
        string[] outputs = [.. graph.Nodes.Where(placement.IsInt8).Select(graph.UnitOutput)];
        return new(
            model,
            placement,
            kept,
            ranges.Where(range => placement.IsQuantized(range.Key)).ToDictionary(),
            isolated.Where(layer => !kept.ContainsKey(layer.Key)).ToDictionary(),
            LayerNoise.Measure(graph, model, outputs, manifest, Run(images.Some(ImagesToCompare))));
    }

    private Dictionary<string, ValueHistogram> Observe(Int8Placement placement)
    {
        var histograms = placement.Values.Where(value => placement.Root(value) == value && graph.Pixels(value) is null).ToDictionary(value => value, _ => new ValueHistogram());
        if (histograms.Count == 0)
            throw new QuantizationException("no operator of the graph has an int8 form");
        using var probe = new GraphProbe(graph.Model, manifest, [.. histograms.Keys]);
        foreach (var pixels in Run(images))
        {
            probe.Run(pixels);
            foreach (var (value, histogram) in histograms)
                histogram.Add(probe[value]);
        }

        if (histograms.Where(histogram => !histogram.Value.IsFinite).Select(histogram => histogram.Key).ToArray() is [var first, ..])
            throw new QuantizationException($"the network's value '{first}' is no number on a calibration image: its weights are damaged, or of a training that diverged");
        return histograms;
    }

    private IEnumerable<byte[]> Run(CalibrationImages some)
    {
        foreach (var pixels in some.Pixels(cancellationToken))
        {
            yield return pixels;
            completed.Report(++_completed);
        }
    }
}
