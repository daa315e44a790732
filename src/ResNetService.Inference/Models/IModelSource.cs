using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Models;

/// <summary>Where the classifier gets the model that a request names.</summary>
internal interface IModelSource
{
    /// <inheritdoc cref="IModelCatalog.Find"/>
    /// <exception cref="ServiceException">There is none by that name, or it is not loaded yet.</exception>
    ModelInstance FindInstance(string? reference);
}
