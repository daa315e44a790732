using ResNetService.Api.Errors;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Embedding;
using ResNetService.ModelFormat;

namespace ResNetService.Api.Embed;

/// <param name="Provider">On what the model ran: <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Dimensions">Length of each vector.</param>
/// <param name="Results">One for each image, in their order.</param>
internal sealed record EmbedReply(
    string Model, string Version, string Provider, Precision Precision, int Dimensions, IReadOnlyList<EmbedResult> Results, TimingsReply Timings)
{
    public static EmbedReply Of(EmbeddingResponse response, IReadOnlyList<EmbeddingResult> results) => new(
        response.Model.Name, response.Model.Version, response.Model.Execution.Provider, response.Model.Execution.Precision,
        response.Model.Features!.Channels, [.. results.Select(EmbedResult.Of)], TimingsReply.Of(response.Timings));
}

/// <param name="Name">The file's name, or null where the caller gave none.</param>
/// <param name="Width">In pixels, after orientation; 0 where the image could not be decoded.</param>
/// <param name="Height">In pixels, after orientation; 0 where the image could not be decoded.</param>
/// <param name="Vector">Empty where there is an error.</param>
internal sealed record EmbedResult(string? Name, int Width, int Height, IReadOnlyList<float> Vector, ImageProblem? Error)
{
    public static EmbedResult Of(EmbeddingResult result) => new(
        result.Name, result.Width, result.Height, result.Vector.ToArray(), result.Error is null ? null : ImageProblem.Of(result.Error));
}
