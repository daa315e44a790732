namespace ResNetService.Inference.Models;

/// <summary>A model that stays until it is let go, although another version may have taken its place. To be disposed, soon: its memory is held for it.</summary>
public sealed class ModelLease : IDisposable
{
    private ModelInstance? _instance;

    /// <param name="instance">Held, for this.</param>
    internal ModelLease(ModelInstance instance) => (_instance, Model) = (instance, instance.Model);

    public ServedModel Model { get; }

    /// <exception cref="ObjectDisposedException">It has been let go.</exception>
    internal ModelInstance Instance => _instance ?? throw new ObjectDisposedException(nameof(ModelLease));

    public void Dispose() => Interlocked.Exchange(ref _instance, null)?.LetGo();

    /// <summary>Another one of the same model.</summary>
    internal ModelLease Share()
    {
        var instance = Instance;
        instance.HoldAgain();
        return new(instance);
    }
}

/// <summary>The model that a request is for: by its name, or as one that the caller holds.</summary>
public readonly record struct ModelChoice
{
    /// <summary><c>name</c>, which is its highest version, <c>name:version</c> or an alias; null for the default model.</summary>
    public string? Reference { get; private init; }

    /// <summary>Null where <see cref="Reference"/> is meant. Held until the request has ended.</summary>
    public ModelLease? Lease { get; private init; }

    public static implicit operator ModelChoice(string? reference) => new() { Reference = reference };

    public static implicit operator ModelChoice(ModelLease lease) => new() { Lease = lease };
}
