using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using ResNetService.Api.Document;
using ResNetService.Api.Errors;
using ResNetService.Api.OpenInference.Rest;
using ResNetService.Api.Security.Administration;
using ResNetService.Inference.Models;

namespace ResNetService.Api.OpenInference;

/// <summary>Triton's extension for loading and unloading models, for administrators, where <see cref="ModelsOptions.Control"/> is on.</summary>
internal static class RepositoryControl
{
    public static void MapRepositoryControl(this RouteGroupBuilder v2)
    {
        v2.MapPost("/repository/models/{name}/load", LoadAsync).WithName("loadModel").WithSummary("Load what is new or changed of a model, now").ProducesErrors(400, 404, 413, 415, 500, 503).RequireAdmin();
        v2.MapPost("/repository/models/{name}/unload", UnloadAsync).WithName("unloadModel").WithSummary("End all versions of a model").ProducesErrors(400, 404, 500, 503).RequireAdmin();
    }

    private static async Task<Ok<IReadOnlyList<RepositoryEntry>>> LoadAsync(
        string name, HttpRequest request, IModelControl control, IModelCatalog catalog, IOptionsSnapshot<ModelsOptions> options, CancellationToken cancellationToken)
    {
        EnsureAllowed(options.Value);
        await RepositoryJson.EnsureNoOverrideAsync(request, cancellationToken);
        await control.LoadAsync(name, cancellationToken);
        return TypedResults.Ok(RepositoryEntry.Index(catalog, name));
    }

    private static async Task<Ok<IReadOnlyList<RepositoryEntry>>> UnloadAsync(
        string name, IModelControl control, IModelCatalog catalog, IOptionsSnapshot<ModelsOptions> options, CancellationToken cancellationToken)
    {
        EnsureAllowed(options.Value);
        await control.UnloadAsync(name, cancellationToken);
        return TypedResults.Ok(RepositoryEntry.Index(catalog, name));
    }

    private static void EnsureAllowed(ModelsOptions options)
    {
        if (!options.Control)
            throw ProblemException.Invalid($"Models are not loaded and unloaded by request: {ModelsOptions.Section}:{nameof(ModelsOptions.Control)} is false. The service follows its repository by itself.");
    }
}
