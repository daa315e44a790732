using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using ResNetService.Api.Document;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Models;

internal static class LabelsEndpoint
{
    public const string Name = "getLabels";

    public static void MapLabels(this WebApplication app) =>
        app.MapGet("/labels/{model}", GetAsync).WithTags("Models").WithName(Name).WithSummary("The classes of a model, in the order of its logits")
            .Produces(StatusCodes.Status304NotModified).ProducesProblems(404, 500, 503, 504);

    /// <summary>They change with the model's files alone, so a caller who has them need not be sent them again.</summary>
    private static async Task<Results<Ok<LabelsReply>, StatusCodeHttpResult>> GetAsync(string model, HttpContext context, IModelCatalog catalog, IOptions<RequestOptions> options, CancellationToken cancellationToken)
    {
        using var lease = await catalog.AcquireAsync(model, options.Value.MaxDeadline, cancellationToken);
        var served = lease.Model;
        var tag = new EntityTagHeaderValue($"\"{served.Digest[..32]}\"");
        context.Response.GetTypedHeaders().ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known == EntityTagHeaderValue.Any))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        return TypedResults.Ok(LabelsReply.Of(served));
    }
}

internal sealed record LabelsReply(string Model, string Version, IReadOnlyList<LabelReply> Labels)
{
    public static LabelsReply Of(ServedModel model) =>
        new(model.Name, model.Version, [.. model.Manifest.Labels.Select((label, index) => new LabelReply(index, label.Name, label.Id))]);
}

/// <param name="Index">What predictions call the class: names may collide, indices never.</param>
/// <param name="Id">Of the class where it has one, as WordNet's for ImageNet; else null.</param>
internal sealed record LabelReply(int Index, string Name, string? Id);
