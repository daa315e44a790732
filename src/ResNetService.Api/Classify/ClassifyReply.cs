using ResNetService.Api.Errors;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Classification;
using ResNetService.ModelFormat;

namespace ResNetService.Api.Classify;

/// <param name="Provider">On what the model ran: <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Results">One for each image, in their order.</param>
internal sealed record ClassifyReply(
    string Model, string Version, string Provider, Precision Precision, IReadOnlyList<ClassifyResult> Results, TimingsReply Timings)
{
    public static ClassifyReply Of(ClassificationResponse response, IReadOnlyList<ImageResult> results) => new(
        response.Model.Name, response.Model.Version, response.Model.Execution.Provider, response.Model.Execution.Precision,
        [.. results.Select(ClassifyResult.Of)], TimingsReply.Of(response.Timings));
}

/// <param name="Name">The file's name, or null where the caller gave none.</param>
/// <param name="Width">In pixels, after orientation; 0 where the image could not be decoded.</param>
/// <param name="Height">In pixels, after orientation; 0 where the image could not be decoded.</param>
/// <param name="Predictions">Best first; empty where there is an error.</param>
internal sealed record ClassifyResult(
    string? Name, int Width, int Height, IReadOnlyList<PredictionReply> Predictions, ImageProblem? Error)
{
    public static ClassifyResult Of(ImageResult result) => new(
        result.Name, result.Width, result.Height,
        [.. result.Predictions.Select(PredictionReply.Of)],
        result.Error is null ? null : ImageProblem.Of(result.Error));
}

/// <param name="Index">Class index: labels may collide, indices never.</param>
/// <param name="Probability">Softmax over all classes, 0 to 1.</param>
internal sealed record PredictionReply(int Index, string Label, double Probability)
{
    public static PredictionReply Of(Prediction prediction) => new(prediction.Index, prediction.Label, prediction.Probability);
}
