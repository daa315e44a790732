using ResNetService.Inference.Batching;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Inference.Models;

/// <summary>Gives requests the models that they name, within their time: what all kinds of request have in common.</summary>
internal sealed class ModelRuns(IModelSource models, TimeProvider time)
{
    /// <inheritdoc cref="IBatcher.EnsureRoom"/>
    /// <exception cref="ServiceException">There is no such model.</exception>
    public void EnsureRoom(ModelChoice model)
    {
        using var lease = model.Lease?.Share() ?? models.TryAcquire(model.Reference);
        lease?.Instance.Batcher.EnsureRoom();
    }

    /// <param name="deadline">From now on; null for none.</param>
    /// <exception cref="ServiceException">There is no such model, it cannot be loaded, or not within the time.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async Task<ModelUse> OpenAsync(ModelChoice model, TimeSpan? deadline, CancellationToken cancellationToken)
    {
        var left = new TimeLeft(time, deadline);
        return new(model.Lease?.Share() ?? await models.AcquireAsync(model.Reference, deadline, cancellationToken), left);
    }
}

/// <summary>One request's hold of its model.</summary>
internal sealed class ModelUse(ModelLease lease, TimeLeft left) : IDisposable
{
    public ModelInstance Instance => lease.Instance;

    public ServedModel Model => lease.Model;

    /// <exception cref="ServiceException">No image can have an answer: there is none, the queue is full, the deadline over, the model stopping.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async Task<ModelRun> RunAsync(IReadOnlyList<NetworkInput> images, FeatureReading? reading, CancellationToken cancellationToken)
    {
        if (images.Count == 0)
            throw new ServiceException(new(ErrorCode.InvalidRequest, "The request has no image; send one or more."));
        IReadOnlyList<BatchedImage> results;
        try
        {
            results = await left.SpendAsync(token => Instance.Batcher.RunAsync(images, reading, left.Now, token), "send fewer images at once, or give more time", cancellationToken);
        }
        catch (Exception e) when (e is ServiceException or OperationCanceledException)
        {
            Telemetry.Ended(images.Count, e is ServiceException refused ? ModelTelemetry.WordOf(refused.Error.Code) : ModelTelemetry.Departed);
            throw;
        }

        Instance.Meter.Record(results, left.Spent);
        return new(results, new(
            results.Max(image => image.Timings.Decode), results.Max(image => image.Timings.Queue), results.Max(image => image.Timings.Inference), left.Spent));
    }

    /// <summary>Makes an answer of each image's result.</summary>
    public IReadOnlyList<T> Answer<T>(ModelRun run, Func<BatchedImage, int, T> answer)
    {
        var start = left.Spent;
        using var span = Telemetry.StartSpan(Stages.Postprocess);
        T[] answers = [.. run.Images.Select(answer)];
        Telemetry.Stage(Stages.Postprocess, left.Spent - start);
        return answers;
    }

    public void Dispose() => lease.Dispose();

    private ModelTelemetry Telemetry => Instance.Meter.Telemetry;
}

/// <param name="Images">In the order in which they were sent.</param>
internal sealed record ModelRun(IReadOnlyList<BatchedImage> Images, StageTimings Timings);
