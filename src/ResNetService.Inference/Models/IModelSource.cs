using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Models;

/// <summary>Where a request gets its model.</summary>
internal interface IModelSource
{
    /// <inheritdoc cref="IModelCatalog.AcquireAsync"/>
    ValueTask<ModelLease> AcquireAsync(string? reference, TimeSpan? deadline, CancellationToken cancellationToken);

    /// <returns>Null where it has to be loaded first.</returns>
    /// <exception cref="ServiceException">There is none by that name, or nothing is loaded yet.</exception>
    ModelLease? TryAcquire(string? reference);
}
