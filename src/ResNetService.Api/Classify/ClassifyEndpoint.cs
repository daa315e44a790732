using Microsoft.AspNetCore.Http.HttpResults;
using ResNetService.Api.Document;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Classification;

namespace ResNetService.Api.Classify;

internal static class ClassifyEndpoint
{
    public const string Name = "classify";

    public static IReadOnlyList<string> Fields { get; } = [Choice.ModelField, Choice.TopKField];

    public static void MapClassify(this WebApplication app) => app.MapPost("/classify", ClassifyAsync)
        .WithName(Name).WithTags("Classification").WithSummary("Classify one image or several")
        .WithDescription("An image that cannot be answered has its own `error` and harms no other; if none can be, the request fails, and `errors` lists why.")
        .ProducesProblems(400, 404, 408, 413, 415, 422, 429, 500, 503, 504);

    private static async Task<Results<Ok<ClassifyReply>, ProblemHttpResult>> ClassifyAsync(
        HttpContext context, BodyReader reader, IImageClassifier classifier, CancellationToken cancellationToken)
    {
        using var upload = await reader.ReadAsync(context.Request, Fields, cancellationToken);
        if (upload.Refusal is { } refusal)
            return refusal.ToResult(context);

        var response = await classifier.ClassifyAsync(new(upload.Accepted, upload.Choice.Model, upload.Choice.TopK, upload.Deadline!.Left), cancellationToken);
        var results = upload.InOrder(response.Results, image => new(image.Name, 0, 0, [], image.Error));
        if (FailedRequest.Of(results.Select(result => result.Error)) is { } failure)
            return failure.ToResult(context);
        context.Response.Tag(upload, response);
        return TypedResults.Ok(ClassifyReply.Of(response, results));
    }
}
