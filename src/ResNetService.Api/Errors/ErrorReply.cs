using System.Text.Json.Serialization;
using ResNetService.Api.OpenInference;

namespace ResNetService.Api.Errors;

/// <summary>An error as the protocols of others tell it.</summary>
/// <param name="EstimatedTime">Seconds until a model may answer that does not yet; left out where nobody knows, and in the Open Inference Protocol.</param>
internal sealed record ErrorReply(
    string Error,
    [property: JsonPropertyName("estimated_time"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? EstimatedTime = null)
{
    /// <summary>Null where the address that was asked is one of our own, whose errors are ProblemDetails.</summary>
    public static ErrorReply? For(HttpRequest request, Problem problem)
    {
        if (request.Path.StartsWithSegments(OpenInferenceEndpoints.Prefix))
            return new(problem.Detail);
        if (HttpMethods.IsPost(request.Method) && request.Path.StartsWithSegments("/models", out var model) && model.HasValue)
            return new(problem.Detail, problem.Kind == ProblemKind.NotReady ? problem.RetryAfter?.TotalSeconds : null);
        return null;
    }
}
