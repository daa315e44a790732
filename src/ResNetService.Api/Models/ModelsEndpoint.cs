using Microsoft.AspNetCore.Http.HttpResults;
using ResNetService.Api.Document;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Models;

internal static class ModelsEndpoint
{
    public static void MapModels(this WebApplication app)
    {
        var models = app.MapGroup("/models").WithTags("Models");
        models.MapGet("", List).WithName("listModels").WithSummary("Every model of the repository, serving or not").ProducesProblems(500);
        models.MapGet("/{name}", GetAsync).WithName("getModel").WithSummary("One model: manifest, labels, state, faults and warnings")
            .ProducesProblems(404, 500, 503);
        app.MapLabels();
    }

    private static Ok<ModelList> List(IModelCatalog catalog) =>
        TypedResults.Ok(new ModelList([.. catalog.Models.Select(ModelSummary.Of)]));

    /// <summary>A name alone means the version that answers; where none does, the last, so that its faults can be read.</summary>
    private static async Task<Ok<ModelReply>> GetAsync(string name, IModelCatalog catalog, CancellationToken cancellationToken)
    {
        var found = catalog.Models.Where(model => model.Name == name || $"{model.Name}:{model.Version}" == name || model.Aliases.Contains(name)).ToArray();
        var answers = found.LastOrDefault(model => model.State == ModelState.Ready) ?? found.LastOrDefault();
        if (answers is not null)
            return TypedResults.Ok(ModelReply.Of(answers));

        // Says what there is instead.
        using var lease = await catalog.AcquireAsync(name, cancellationToken);
        return TypedResults.Ok(ModelReply.Of(new(lease.Model.Name, lease.Model.Version, ModelState.Ready, lease.Model, [], [])));
    }
}
