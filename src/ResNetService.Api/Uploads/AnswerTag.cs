using ResNetService.Inference.Classification;

namespace ResNetService.Api.Uploads;

internal static class AnswerTag
{
    /// <summary>Tells whether this answer is one that the caller has had already: weakly, since its timings are others. One with an error in it may be another next time.</summary>
    /// <param name="form">Tells forms of the same answer apart.</param>
    public static void Tag(this HttpResponse response, Upload upload, Answer answer, string form = "")
    {
        if (answer.Tag is { } tag && upload.Images.All(image => image.Error is null))
            response.Headers.ETag = $"W/\"{tag}{form}\"";
    }
}
