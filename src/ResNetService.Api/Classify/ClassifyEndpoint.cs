using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using ResNetService.Api.Document;
using ResNetService.Inference;
using ResNetService.Inference.Classification;

namespace ResNetService.Api.Classify;

internal static class ClassifyEndpoint
{
    public const string Name = "classify";

    public static void AddClassify(this WebApplicationBuilder builder)
    {
        builder.Services.AddResNetInference(builder.Configuration);
        builder.Services.AddSingleton<BodyReader>();
        builder.Services.AddOptionsWithValidateOnStart<RequestOptions>().BindConfiguration(RequestOptions.Section).ValidateDataAnnotations();
    }

    public static void MapClassify(this WebApplication app) => app.MapPost("/classify", ClassifyAsync)
        .WithName(Name).WithTags("Classification").WithSummary("Classify one image or several")
        .WithDescription("An image that cannot be answered has its own `error` and harms no other; if none can be, the request fails, and `errors` lists why.")
        .ProducesProblems(400, 404, 408, 413, 415, 422, 429, 500, 503, 504);

    private static async Task<Results<Ok<ClassifyReply>, ProblemHttpResult>> ClassifyAsync(
        HttpContext context, BodyReader reader, IImageClassifier classifier, IOptions<RequestOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        var deadline = Deadline.Of(context.Request, options.Value.MaxDeadline, time);
        using var upload = await deadline.WhileReadingAsync(token => reader.ReadAsync(context.Request, token), cancellationToken);
        if (upload.ToRequest(deadline) is not { } request)
            return FailedRequest.Of([.. upload.Images.Select(image => image.Error!)]).ToResult(context);

        var response = await classifier.ClassifyAsync(request, cancellationToken);
        var results = InOrder(upload.Images, response.Results);
        if (results.All(result => result.Error is not null))
            return FailedRequest.Of([.. results.Select(result => result.Error!)]).ToResult(context);
        return TypedResults.Ok(ClassifyReply.Of(response, [.. results.Select(ClassifyResult.Of)]));
    }

    /// <summary>The core's results, with those images between them that never reached it.</summary>
    private static ImageResult[] InOrder(IReadOnlyList<UploadedImage> images, IReadOnlyList<ImageResult> classified)
    {
        var next = 0;
        return [.. images.Select(image => image.Error is null ? classified[next++] : new ImageResult(image.Name, 0, 0, [], image.Error))];
    }
}
