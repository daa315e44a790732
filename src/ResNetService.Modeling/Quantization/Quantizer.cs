using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Quantization;

internal sealed class Quantizer(FloatGraph graph, ModelManifest manifest, CalibrationImages images)
{
    private const int ImagesForTrials = 32;

    public QdqModel Run(IReadOnlySet<string> kept, CancellationToken cancellationToken)
    {
        var w = System.Diagnostics.Debugger.IsAttached; _ = w;
        var placement = new Int8Placement(graph, kept);
        var t0 = TimeProvider.System.GetTimestamp();
        var histograms = Calibrate(placement, cancellationToken);
        Console.Error.WriteLine($"calibrate {TimeProvider.System.GetElapsedTime(t0)}");
        var method = Environment.GetEnvironmentVariable("Q_METHOD");
        var ranges = method is null ? RangeSelection.Choose(graph, placement, histograms, manifest, images.Some(ImagesForTrials), cancellationToken)
            : histograms.ToDictionary(h => h.Key, h => new ChosenRange(method, RangeMethod.All.Single(m => m.Name == method).Choose(h.Value)));
        Console.Error.WriteLine($"ranges {TimeProvider.System.GetElapsedTime(t0)} " + string.Join(", ", ranges.Values.CountBy(r => r.Method)));
        var layers = graph.Nodes.Where(node => FloatGraph.HasWeights(node) && placement.IsInt8(node)).ToArray();
        var corrections = layers.ToDictionary(l => l.Name, l => new float[graph.Constant(l.Input[1]).Dims[0]]);
        var model = QdqGraph.Build(graph, placement, ranges, corrections);
        if (Environment.GetEnvironmentVariable("Q_LOCAL") is not null)
        {
            foreach (var (name, values) in BiasCorrection.MeasureLocal(graph, QdqGraph.BuildBeside(graph, placement, ranges, corrections), layers, manifest, images, cancellationToken))
                for (var c = 0; c < values.Length; c++) corrections[name][c] += values[c];
            model = QdqGraph.Build(graph, placement, ranges, corrections);
            Console.Error.WriteLine($"local {TimeProvider.System.GetElapsedTime(t0)}");
        }
        for (var i = 0; i < int.Parse(Environment.GetEnvironmentVariable("Q_BIAS") ?? "0", null); i++)
        {
            var more = BiasCorrection.Measure(graph, model.Model, layers, manifest, images, cancellationToken);
            foreach (var (name, values) in more)
                for (var c = 0; c < values.Length; c++) corrections[name][c] += values[c];
            model = QdqGraph.Build(graph, placement, ranges, corrections);
            Console.Error.WriteLine($"bias {TimeProvider.System.GetElapsedTime(t0)}");
        }

        var outputs = graph.Nodes.Where(placement.IsInt8).Select(graph.UnitOutput).ToArray();
        var noise = LayerNoise.Measure(graph, model, outputs, manifest, images.Some(ImagesForTrials), cancellationToken);
        Console.Error.WriteLine($"noise {TimeProvider.System.GetElapsedTime(t0)}");
        foreach (var (v, db) in noise) Console.Error.WriteLine($"{v} {db:F1} {(ranges.TryGetValue(v, out var r) ? r : null)}");
        return model;
    }

    private Dictionary<string, ValueHistogram> Calibrate(Int8Placement placement, CancellationToken cancellationToken)
    {
        var histograms = placement.Values.Where(value => placement.Root(value) == value).ToDictionary(value => value, _ => new ValueHistogram());
        using var probe = new GraphProbe(graph.Model, manifest, [.. histograms.Keys]);
        foreach (var pixels in images.Pixels(cancellationToken))
        {
            probe.Run(pixels);
            foreach (var (value, histogram) in histograms)
                histogram.Add(probe[value]);
        }

        return histograms;
    }
}
