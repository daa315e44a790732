using Microsoft.Extensions.Hosting;
using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Models;

/// <summary>The repository as requests see it.</summary>
internal sealed class ModelCatalog(ModelRepository repository, IHostApplicationLifetime lifetime, TimeProvider time) : IModelCatalog, IModelSource, IAsyncDisposable
{
    public bool IsReady => repository.Snapshot.Default is { Instance.Batcher.IsStuck: false } && !lifetime.ApplicationStopping.IsCancellationRequested;

    public bool IsStuck => repository.Snapshot.Instances.Any(instance => instance.Batcher.IsStuck);

    public string? Fault => repository.Fault;

    public IReadOnlyList<ModelStatus> Models => repository.Snapshot.Statuses;

    public IReadOnlyList<ModelLoad> Loads =>
        [.. repository.Snapshot.Instances.Select(instance => instance.Meter.Read(instance.Model.Name, instance.Model.Version, instance.Batcher.Load) with { IsStuck = instance.Batcher.IsStuck, Runners = instance.Model.Runners })];

    public ServedModel? Find(string? reference) =>
        (reference is null ? repository.Snapshot.Default : repository.Snapshot.Find(reference))?.Instance?.Model;

    public async ValueTask<ModelLease> AcquireAsync(string? reference, TimeSpan? deadline, CancellationToken cancellationToken) =>
        TryAcquire(reference) ?? await new TimeLeft(time, deadline).SpendAsync(
            token => repository.LoadOnRequestAsync(reference ?? Require(null).Candidate.Reference, token), "the model is being loaded: come again, or give more time", cancellationToken);

    public ModelLease? TryAcquire(string? reference)
    {
        while (Require(reference).Instance is { } instance)
        {
            if (instance.TryHold())
                return new(instance);
            // Another has taken its place between the look and the hold: the next look finds that one.
        }

        return null;
    }

    public ValueTask DisposeAsync() => repository.DisposeAsync();

    private ModelEntry Require(string? reference)
    {
        var models = repository.Snapshot;
        var entry = reference is null ? models.Default : models.Find(reference);
        if (entry is { Serves: true } or { LoadsOnRequest: true })
            return entry;
        if (entry is { Retry: { } retry })
            throw retry.NotYet(entry.Candidate.Reference, time);
        if (models.Default is null || entry is not null)
            throw new ServiceException(new(ErrorCode.NotReady, "The model is being loaded; try again in a moment.", TimeSpan.FromSeconds(1)));
        throw models.Unknown(reference!);
    }
}
