using ResNetService.Inference.Batching;
using ResNetService.Inference.Execution;

namespace ResNetService.Modeling.Benchmarking;

/// <summary>What is measured, and how.</summary>
/// <param name="Directory">Of the model.</param>
/// <param name="Batches">Numbers of images in a run.</param>
/// <param name="Runners">Runs at once; null for as many as the service has.</param>
/// <param name="Duration">Of each measurement, without its warm-up.</param>
internal sealed record BenchmarkPlan(
    string Directory, ExecutionOptions Execution, IReadOnlyList<int> Batches, int? Runners, TimeSpan Duration, BenchmarkImages Images)
{
    public BatchingOptions Batching(int batch) => new() { MaxBatchSize = batch, Runners = Runners ?? 0 };

    /// <summary>Measurements: each batch size, by the graph alone and by the pipeline.</summary>
    public int Measurements => 2 * Batches.Count;
}
