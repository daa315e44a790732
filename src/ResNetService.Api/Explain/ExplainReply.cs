using ResNetService.Api.Classify;
using ResNetService.Api.Errors;
using ResNetService.Api.Uploads;
using ResNetService.Imaging;
using ResNetService.Inference.Explanation;
using ResNetService.ModelFormat;

namespace ResNetService.Api.Explain;

/// <param name="Provider">On what the model ran: <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Results">One for each image, in their order.</param>
internal sealed record ExplainReply(
    string Model, string Version, string Provider, Precision Precision, IReadOnlyList<ExplainResult> Results, TimingsReply Timings)
{
    public static ExplainReply Of(ExplanationResponse response, IReadOnlyList<ExplanationResult> results) => new(
        response.Model.Name, response.Model.Version, response.Model.Execution.Provider, response.Model.Execution.Precision,
        [.. results.Select(ExplainResult.Of)], TimingsReply.Of(response.Timings));
}

/// <param name="Name">The file's name, or null where the caller gave none.</param>
/// <param name="Width">In pixels, after orientation; 0 where the image could not be decoded.</param>
/// <param name="Height">In pixels, after orientation; 0 where the image could not be decoded.</param>
/// <param name="Prediction">The class that is explained; null where there is an error, like the next two.</param>
/// <param name="Map">What each place of the image adds to the class's logit.</param>
/// <param name="Region">What of the upright image the map covers, in its pixels: what the network saw. It reaches beyond a small image that was padded.</param>
internal sealed record ExplainResult(
    string? Name, int Width, int Height, PredictionReply? Prediction, MapReply? Map, ImageRegion? Region, ImageProblem? Error)
{
    public static ExplainResult Of(ExplanationResult result) => new(
        result.Name, result.Width, result.Height,
        result.Explanation is { } explained ? PredictionReply.Of(explained.Prediction) : null,
        result.Explanation is { } mapped ? MapReply.Of(mapped.Map) : null,
        result.Explanation?.Region,
        result.Error is null ? null : ImageProblem.Of(result.Error));
}

/// <param name="Values">Rows from the top, each from the left. Their mean plus the classifier's bias is the class's logit; below 0 speaks against the class.</param>
internal sealed record MapReply(int Rows, int Columns, IReadOnlyList<IReadOnlyList<float>> Values)
{
    public static MapReply Of(ActivationMap map) => new(
        map.Rows, map.Columns, [.. Enumerable.Range(0, map.Rows).Select(row => map.Values.Slice(row * map.Columns, map.Columns).ToArray())]);
}
