using ResNetService.ModelFormat;

namespace ResNetService.Modeling.Quantization;

/// <summary>How far values of the quantized graph are from those of the float32 graph, with all that has gathered before them.</summary>
internal static class LayerNoise
{
    /// <param name="values">Of the float32 graph.</param>
    /// <param name="images">Pixels of each.</param>
    /// <returns>Signal-to-noise ratio of each value, in decibels; null where nothing differs.</returns>
    public static IReadOnlyDictionary<string, double?> Measure(FloatGraph graph, QdqModel quantized, IReadOnlyList<string> values, ModelManifest manifest, IEnumerable<byte[]> images)
    {
        using var expected = new GraphProbe(graph.Model, manifest, values);
        using var actual = new GraphProbe(quantized.Model, manifest, [.. values.Select(quantized.Of)]);
        var sums = values.ToDictionary(value => value, _ => (Signal: 0.0, Noise: 0.0));
        foreach (var pixels in images)
        {
            expected.Run(pixels);
            actual.Run(pixels);
            foreach (var value in values)
            {
                var (signal, noise) = Energies(expected[value], actual[quantized.Of(value)]);
                sums[value] = (sums[value].Signal + signal, sums[value].Noise + noise);
            }
        }

        return sums.ToDictionary(sum => sum.Key, sum => Decibels.Of(sum.Value.Signal, sum.Value.Noise));
    }

    private static (double Signal, double Noise) Energies(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        var (signal, noise) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            var (e, difference) = ((double)expected[i], (double)expected[i] - actual[i]);
            signal += e * e;
            noise += difference * difference;
        }

        return (signal, noise);
    }
}
