using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using ResNetService.Api.Document;
using ResNetService.Api.Errors;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Explanation;

namespace ResNetService.Api.Explain;

internal static class ExplainEndpoint
{
    public const string Name = "explain";
    public const string Png = "image/png";

    public static IReadOnlyList<string> Fields { get; } = [Choice.ModelField, Choice.ClassField];

    public static void MapExplain(this WebApplication app) => app.MapPost("/explain", ExplainAsync)
        .WithName(Name).WithTags("Classification").WithSummary("Where in one image or several the network found its class")
        .WithDescription(
            "The class activation map of `class`, or of each image's best class. As JSON it is a grid of what each place adds to the logit; with `Accept: image/png`, "
            + "and a single image, the part of it that the network saw with the map over it. Errors as with `/classify`.")
        .Produces<ExplainReply>(StatusCodes.Status200OK, "application/json", Png)
        .ProducesProblems(400, 404, 408, 413, 415, 422, 429, 500, 503, 504);

    private static async Task<Results<Ok<ExplainReply>, FileContentHttpResult, ProblemHttpResult>> ExplainAsync(
        HttpContext context, BodyReader reader, IImageExplainer explainer, ExplanationPicture picture, CancellationToken cancellationToken)
    {
        using var upload = await reader.ReadAsync(context.Request, Fields, cancellationToken);
        if (upload.Refusal is { } refusal)
            return refusal.ToResult(context);
        var asPicture = WantsPicture(context.Request);
        if (asPicture && upload.Images.Count > 1)
            throw ProblemException.Invalid($"The request has {upload.Images.Count} images and asks for one picture: send one image, or accept application/json.");

        var response = await explainer.ExplainAsync(new(upload.Accepted, upload.Choice.Model, upload.Choice.Class, upload.Deadline!.Left), cancellationToken);
        var results = upload.InOrder(response.Results, image => new(image.Name, 0, 0, null, image.Error));
        if (FailedRequest.Of(results.Select(result => result.Error)) is { } failure)
            return failure.ToResult(context);
        context.Response.Headers.Vary = HeaderNames.Accept;
        if (!asPicture)
        {
            context.Response.Tag(upload, response);
            return TypedResults.Ok(ExplainReply.Of(response, results));
        }

        var png = await upload.Deadline.WhileDrawingAsync(
            token => picture.DrawAsync(upload.Accepted[0], response.Model.Manifest.Preprocessing, results[0].Explanation!.Map, token), cancellationToken);
        context.Response.Tag(upload, response, form: "-png");
        return TypedResults.Bytes(png, Png);
    }

    /// <summary>Whether PNG is accepted, and more gladly than JSON: what is accepted by a wildcard alone is JSON.</summary>
    private static bool WantsPicture(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        var picture = Quality(accepted, Png);
        return picture > 0 && picture > Quality(accepted, "application/json");
    }

    /// <summary>0 where the type is not accepted. The most exact range that has it decides (RFC 9110, section 12.5.1).</summary>
    private static double Quality(IList<MediaTypeHeaderValue> accepted, string type)
    {
        var wanted = new MediaTypeHeaderValue(type);
        var range = accepted.Where(wanted.IsSubsetOf).MinBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0);
        return range is null ? 0 : range.Quality ?? 1;
    }
}
