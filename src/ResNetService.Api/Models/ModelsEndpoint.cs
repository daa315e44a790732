using Microsoft.AspNetCore.Http.HttpResults;
using ResNetService.Api.Document;
using ResNetService.Api.Health;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Models;

internal static class ModelsEndpoint
{
    public static void MapModels(this WebApplication app)
    {
        var models = app.MapGroup("/models").WithTags("Models");
        models.MapGet("", List).WithName("listModels").WithSummary("Every model of the repository, serving or not").ProducesProblems(500);
        models.MapGet("/{name}", Get).WithName("getModel").WithSummary("One model: manifest, labels, state, faults and warnings")
            .ProducesProblems(404, 500, 503);
        app.MapLabels();
    }

    private static Ok<ModelList> List(IModelCatalog catalog) =>
        TypedResults.Ok(new ModelList([.. catalog.Models.Select(ModelSummary.Of)]));

    /// <summary>A name alone means the version that answers; where none does, the last, so that its faults can be read.</summary>
    private static Ok<ModelReply> Get(string name, Readiness readiness)
    {
        var versions = readiness.Of(name).Versions;
        return TypedResults.Ok(ModelReply.Of(versions.LastOrDefault(model => model.State == ModelState.Ready) ?? versions[^1]));
    }
}
