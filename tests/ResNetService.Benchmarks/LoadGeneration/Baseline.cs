using ResNetService.Benchmarks.Measurement;
using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.LoadGeneration;

/// <summary>What the parts of a request cost alone, in one round.</summary>
/// <param name="PreprocessingSeconds">CPU time of one image.</param>
internal sealed record Baseline(double PreprocessingSeconds, RawRun One, RawRun Eight)
{
    /// <summary>Batch size of <see cref="Eight"/>.</summary>
    public const int LargeBatch = 8;

    /// <summary>
    /// Images a second that the machine could do: each costs its preprocessing, spread over the cores, and its share of a run. HTTP costs
    /// nothing here.
    /// </summary>
    public double IdealPerSecond => Ideal(PreprocessingSeconds, Machine.Cores, Eight.SecondsPerImage);

    public static double Ideal(double preprocessingSeconds, int cores, double runSeconds) => 1 / ((preprocessingSeconds / cores) + runSeconds);

    public static async Task<Baseline> MeasureAsync(BenchmarkModel model, Photographs photographs, int seconds, CancellationToken cancellationToken) => new(
        PreprocessingCost.Measure(photographs.Encoded, model.Manifest.Preprocessing, Decoders.Default).PerImage,
        await RawRun.InOwnProcessAsync(model.Graph, 1, seconds, cancellationToken),
        await RawRun.InOwnProcessAsync(model.Graph, LargeBatch, seconds, cancellationToken));
}
