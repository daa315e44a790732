using Microsoft.AspNetCore.Http.HttpResults;
using ResNetService.Api.Document;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Embedding;

namespace ResNetService.Api.Embed;

internal static class EmbedEndpoint
{
    public const string Name = "embed";

    public static IReadOnlyList<string> Fields { get; } = [Choice.ModelField, Choice.NormalizeField];

    public static void MapEmbed(this WebApplication app) => app.MapPost("/embed", EmbedAsync)
        .WithName(Name).WithTags("Classification").WithSummary("One image or several as vectors, for search and clustering")
        .WithDescription("The mean of each channel of the feature maps that the network's classifier reads. `normalize=true` divides each vector by its length. Errors as with `/classify`.")
        .ProducesProblems(400, 404, 408, 413, 415, 422, 429, 500, 503, 504);

    private static async Task<Results<Ok<EmbedReply>, ProblemHttpResult>> EmbedAsync(
        HttpContext context, BodyReader reader, IImageEmbedder embedder, CancellationToken cancellationToken)
    {
        using var upload = await reader.ReadAsync(context.Request, Fields, cancellationToken);
        if (upload.Refusal is { } refusal)
            return refusal.ToResult(context);

        var response = await embedder.EmbedAsync(
            new(upload.Accepted, upload.Choice.Model, upload.Choice.Normalize ?? false, upload.Deadline!.Left), cancellationToken);
        var results = upload.InOrder(response.Results, image => new(image.Name, 0, 0, default, image.Error));
        if (FailedRequest.Of(results.Select(result => result.Error)) is { } failure)
            return failure.ToResult(context);
        context.Response.Tag(upload, response);
        return TypedResults.Ok(EmbedReply.Of(response, results));
    }
}
