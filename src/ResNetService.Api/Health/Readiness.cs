using ResNetService.Api.OpenInference.Tensors;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Health;

/// <summary>Whether the service, or one of its models, answers: said alike by every protocol.</summary>
internal sealed class Readiness(IModelCatalog catalog, IHostApplicationLifetime lifetime)
{
    private volatile bool _hasStarted;

    /// <summary>The default model is loaded and warm, and the service is not stopping.</summary>
    public bool IsReady => catalog.IsReady && !lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>The first load is over. It stays so, whatever is loaded later.</summary>
    public bool HasStarted => _hasStarted |= catalog.IsReady || (catalog.Models.Count > 0 && catalog.Models.All(model => model.State != ModelState.Loading));

    /// <param name="reference"><c>name</c>, <c>name:version</c> or an alias.</param>
    /// <returns>Its versions in the repository, and whether one of them answers; null where there is no such model.</returns>
    public (bool IsReady, IReadOnlyList<ModelStatus> Versions)? Find(string reference)
    {
        ModelStatus[] versions = [.. catalog.Models.Where(model => model.Name == reference || $"{model.Name}:{model.Version}" == reference || model.Aliases.Contains(reference))];
        if (versions.Length == 0)
            return null;
        var stuck = catalog.Loads.Where(load => load.IsStuck).Select(load => (load.Name, load.Version)).ToHashSet();
        return (IsReady && versions.Any(model => (model.State == ModelState.Ready && !stuck.Contains((model.Name, model.Version))) || model.LoadsOnRequest), versions);
    }

    /// <inheritdoc cref="Find"/>
    /// <exception cref="ServiceException">There is no such model, or there are none any more.</exception>
    public (bool IsReady, IReadOnlyList<ModelStatus> Versions) Of(string reference) => Find(reference) ?? throw new ServiceException(
        catalog.Models.Count == 0
            ? new(ErrorCode.NotReady, "The service is being stopped.", TimeSpan.FromSeconds(1))
            : new(ErrorCode.UnknownModel, $"There is no model '{Text.Short(reference)}'; known are {string.Join(", ", catalog.Models.Select(model => $"{model.Name}:{model.Version}"))}."));
}
