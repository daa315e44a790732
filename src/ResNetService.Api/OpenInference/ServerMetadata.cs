using ResNetService.Api.Hosting;
using ResNetService.Api.OpenInference.Tensors;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Models;

namespace ResNetService.Api.OpenInference;

/// <param name="Extensions">Of those that Triton's documentation defines.</param>
internal sealed record ServerMetadata(string Name, string Version, IReadOnlyList<string> Extensions)
{
    public static ServerMetadata Current { get; } = new(
        "ResNetService", Release.Version,
        ["binary_tensor_data", "classification", "model_repository"]);
}

/// <param name="Versions">Those that answer.</param>
internal sealed record ModelMetadata(string Name, IReadOnlyList<string> Versions, string Platform, IReadOnlyList<TensorMetadata> Inputs, IReadOnlyList<TensorMetadata> Outputs)
{
    private const string OnnxPlatform = "onnx_onnxv1";

    public static async Task<ModelMetadata> OfAsync(ModelAddress address, IModelCatalog catalog, RequestOptions options, CancellationToken cancellationToken)
    {
        using var lease = await address.AcquireAsync(catalog, options.MaxDeadline, cancellationToken);
        var signature = ModelSignature.Of(lease.Model);
        return new(
            lease.Model.Name, [.. catalog.Models.Where(model => model.Model?.Name == lease.Model.Name).Select(model => model.Version)],
            OnnxPlatform, [signature.Input], signature.Outputs);
    }
}

/// <param name="Version">Null for the one that answers.</param>
internal readonly record struct ModelAddress(string Name, string? Version)
{
    public string Reference => string.IsNullOrEmpty(Version) ? Name : $"{Name}:{Version}";

    /// <inheritdoc cref="IModelCatalog.AcquireAsync"/>
    public ValueTask<ModelLease> AcquireAsync(IModelCatalog catalog, TimeSpan deadline, CancellationToken cancellationToken) => catalog.AcquireAsync(Reference, deadline, cancellationToken);
}

/// <param name="State"><c>READY</c>, <c>LOADING</c> or <c>UNAVAILABLE</c>.</param>
/// <param name="Reason">Why it is not ready; empty where it is.</param>
internal sealed record RepositoryEntry(string Name, string Version, string State, string Reason)
{
    public static IReadOnlyList<RepositoryEntry> Index(IModelCatalog catalog, bool readyOnly) =>
        [.. catalog.Models.Where(model => !readyOnly || model.State == ModelState.Ready).Select(Of)];

    /// <summary>The versions of one model.</summary>
    public static IReadOnlyList<RepositoryEntry> Index(IModelCatalog catalog, string name) => [.. catalog.Models.Where(model => model.Name == name).Select(Of)];

    private static RepositoryEntry Of(ModelStatus model) => new(
        model.Name, model.Version, Word(model.State), model.LoadsOnRequest ? "It is loaded when it is asked for." : string.Join(' ', model.Faults));

    private static string Word(ModelState state) => state switch
    {
        ModelState.Ready => "READY",
        ModelState.Loading => "LOADING",
        _ => "UNAVAILABLE",
    };
}
