using ResNetService.Inference;
using ResNetService.Inference.Batching;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Models;
using ResNetService.Modeling.Commands;

namespace ResNetService.Modeling.Benchmarking;

/// <summary>
/// What the service does with a request: image files in, best classes out. Each request has one batch of images, and there is always one
/// request more than can be computed at once, so that the next batch is decoded meanwhile.
/// </summary>
internal static class PipelineBenchmark
{
    /// <exception cref="ModelsException">The model cannot be served.</exception>
    /// <exception cref="CommandException">An image cannot be classified.</exception>
    public static async Task<(Measurement Measurement, ServedModel Model)> RunAsync(BenchmarkPlan plan, int batch, CancellationToken cancellationToken)
    {
        var batching = plan.Batching(batch);
        batching.QueueCapacity = Math.Max(batching.QueueCapacity, batch * (BatchingOptions.MostRunners + 1));
        await using var inference = await ResNetInference.OpenAsync(plan.Directory, execution: plan.Execution, batching: batching);
        var callers = inference.Model.Runners + 1;
        var requests = 0L;
        var (durations, elapsed) = await TimedRuns.MeasureAsync(
            callers,
            plan.Duration,
            TimeProvider.System,
            async _ =>
            {
                var images = plan.Images.Take(batch * (Interlocked.Increment(ref requests) - 1), batch);
                var response = await inference.Classifier.ClassifyAsync(new ClassificationRequest(images), cancellationToken);
                if (response.Results.FirstOrDefault(result => result.Error is not null) is { } failed)
                    throw new CommandException($"{failed.Name}: {failed.Error!.Detail}");
            },
            cancellationToken);
        return (Measurement.Of("pipeline", batch, durations, elapsed), inference.Model);
    }
}
