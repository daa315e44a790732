using ResNetService.Inference.Errors;

namespace ResNetService.Inference.Models;

/// <summary>What an administrator may do with the models while the service runs.</summary>
public interface IModelControl
{
    /// <summary>Looks at a model's files and loads what is new or changed, as soon as two looks see the same. Ends when it serves.</summary>
    /// <exception cref="ServiceException">There is no such model, it is being written, or it cannot be loaded; what served before serves on.</exception>
    Task LoadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Ends all versions of a model, when they have answered what they hold. It stays so until it is loaded again.</summary>
    /// <exception cref="ServiceException">There is no such model, or it is the default.</exception>
    Task UnloadAsync(string name, CancellationToken cancellationToken);
}
