using ResNetService.Inference.Batching;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Inference.Models;

/// <summary>Runs what callers send through the model that they name, within their time: what all kinds of request have in common.</summary>
internal sealed class ModelRuns(IModelSource models, TimeProvider time)
{
    /// <inheritdoc cref="IModelSource.FindInstance"/>
    public ModelInstance Find(string? model) => models.FindInstance(model);

    /// <exception cref="ServiceException">No image can have an answer: there is none, the queue is full, the deadline over, the model stopping.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async Task<ModelRun> RunAsync(
        ModelInstance instance, IReadOnlyList<NetworkInput> images, FeatureReading? reading, TimeSpan? deadline, CancellationToken cancellationToken)
    {
        if (images.Count == 0)
            throw new ServiceException(new(ErrorCode.InvalidRequest, "The request has no image; send one or more."));
        var start = time.GetTimestamp();
        IReadOnlyList<BatchedImage> results;
        try
        {
            results = await WithinAsync(deadline, token => instance.Batcher.RunAsync(images, reading, token), cancellationToken);
        }
        catch (Exception e) when (e is ServiceException or OperationCanceledException)
        {
            instance.Meter.Telemetry.Ended(images.Count, e is ServiceException refused ? ModelTelemetry.WordOf(refused.Error.Code) : ModelTelemetry.Departed);
            throw;
        }

        var total = time.GetElapsedTime(start);
        instance.Meter.Record(results, total);
        return new(results, new(
            results.Max(image => image.Timings.Decode), results.Max(image => image.Timings.Queue), results.Max(image => image.Timings.Inference), total));
    }

    /// <summary>Makes an answer of each image's result.</summary>
    public IReadOnlyList<T> Answer<T>(ModelInstance instance, ModelRun run, Func<BatchedImage, int, T> answer)
    {
        var start = time.GetTimestamp();
        using var span = instance.Meter.Telemetry.StartSpan(Stages.Postprocess);
        T[] answers = [.. run.Images.Select(answer)];
        instance.Meter.Telemetry.Stage(Stages.Postprocess, time.GetElapsedTime(start));
        return answers;
    }

    private async Task<T> WithinAsync<T>(TimeSpan? deadline, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        if (deadline is not { } left)
            return await run(cancellationToken);
        if (left <= TimeSpan.Zero)
            throw Late(left);
        using var departure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), departure, left, Timeout.InfiniteTimeSpan);
        try
        {
            return await run(departure.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Late(left);
        }
    }

    private static ServiceException Late(TimeSpan deadline) => new(new(
        ErrorCode.DeadlineExceeded, $"The {Math.Max(deadline.TotalMilliseconds, 0):F0} ms that were left for the images are over; send fewer at once, or give more time."));
}

/// <param name="Images">In the order in which they were sent.</param>
internal sealed record ModelRun(IReadOnlyList<BatchedImage> Images, StageTimings Timings);
