using Microsoft.AspNetCore.Http.HttpResults;
using ResNetService.Api.Document;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Models;

internal static class LabelsEndpoint
{
    public static void MapLabels(this WebApplication app) =>
        app.MapGet("/labels/{model}", Get).WithTags("Models").WithName("getLabels").WithSummary("The classes of a model, in the order of its logits").ProducesProblems(404, 500, 503);

    private static Ok<LabelsReply> Get(string model, IModelCatalog catalog) => TypedResults.Ok(LabelsReply.Of(catalog.Find(model)));
}

internal sealed record LabelsReply(string Model, string Version, IReadOnlyList<LabelReply> Labels)
{
    public static LabelsReply Of(ServedModel model) =>
        new(model.Name, model.Version, [.. model.Manifest.Labels.Select((label, index) => new LabelReply(index, label.Name, label.Id))]);
}

/// <param name="Index">What predictions call the class: names may collide, indices never.</param>
/// <param name="Id">Of the class where it has one, as WordNet's for ImageNet; else null.</param>
internal sealed record LabelReply(int Index, string Name, string? Id);
