using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using ResNetService.Api.Document;
using ResNetService.Api.Security.Limits;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Classification;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Api.HuggingFace;

/// <param name="Score">Probability, 0 to 1.</param>
internal sealed record LabelScore(string Label, double Score);

/// <summary>Image classification as Hugging Face's inference API has it, so that its clients work with another address.</summary>
internal static class HuggingFaceEndpoint
{
    public const string Name = "huggingFaceClassify";

    private const int DefaultTopK = 5;

    public static void MapHuggingFace(this WebApplication app) => app.MapPost("/models/{name}", ClassifyAsync)
        .WithName(Name).WithTags("Hugging Face").WithSummary("Classify one image, as clients of Hugging Face's inference API ask for it")
        .WithDescription("The body is an image file of any Content-Type, or JSON with base64. Best class first.")
        .ProducesErrors(400, 404, 408, 413, 415, 422, 429, 500, 503, 504);

    private static async Task<Ok<IReadOnlyList<LabelScore>>> ClassifyAsync(
        string name, HttpContext context, IImageClassifier classifier, IModelCatalog catalog, IOptions<RequestOptions> options, ClientLimits limits, BodyMeter bodies, TimeProvider time, CancellationToken cancellationToken)
    {
        var deadline = Deadline.Of(context.Request, options.Value.MaxDeadline, time);
        BodyReader.EnsureNotEncoded(context.Request);
        classifier.EnsureRoom(name);
        using var reading = bodies.Start();
        using var body = await deadline.WhileReadingAsync(token => ImageBuffer.ReadWholeAsync(context.Request, options.Value.MaxBytes, token), cancellationToken);
        reading.Ended(name, body.Data.Length);
        using var question = HuggingFaceQuestion.Of(context.Request, body);
        limits.TakeImages(context, 1);

        // As there: who asks for more classes than there are gets all of them.
        using var lease = await catalog.AcquireAsync(name, deadline.Left, cancellationToken);
        var topK = Math.Min(question.TopK ?? DefaultTopK, lease.Model.Manifest.Labels.Count);
        var response = await classifier.ClassifyAsync(new([new EncodedImage(null, question.Image)], lease, topK, deadline.Left), cancellationToken);
        var result = response.Results[0];
        if (result.Error is { } error)
            throw new ServiceException(error);
        return TypedResults.Ok<IReadOnlyList<LabelScore>>([.. result.Predictions.Select(prediction => new LabelScore(prediction.Label, prediction.Probability))]);
    }
}
