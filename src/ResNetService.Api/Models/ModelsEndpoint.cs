using Microsoft.AspNetCore.Http.HttpResults;
using ResNetService.Api.Document;
using ResNetService.Inference.Errors;
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
    private static Results<Ok<ModelReply>, ProblemHttpResult> Get(string name, IModelCatalog catalog)
    {
        var found = catalog.Models.Where(model => model.Name == name || $"{model.Name}:{model.Version}" == name).ToArray();
        if (found is [var only])
            return TypedResults.Ok(ModelReply.Of(only));

        try
        {
            var served = catalog.Find(name);
            return TypedResults.Ok(ModelReply.Of(catalog.Models.First(model => (model.Name, model.Version) == (served.Name, served.Version))));
        }
        catch (ServiceException) when (found.Length > 0)
        {
            return TypedResults.Ok(ModelReply.Of(found[^1]));
        }
    }
}
