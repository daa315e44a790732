using ResNetService.Inference.Classification;

namespace ResNetService.Api.Uploads;

internal static class AnswerTag
{
    /// <summary>Tells whether this answer is one that the caller has had already: weakly, since its timings are others.</summary>
    public static void Tag(this HttpResponse response, Answer answer)
    {
        if (answer.Tag is { } tag)
            response.Headers.ETag = $"W/\"{tag}\"";
    }
}
