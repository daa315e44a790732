using ResNetService.Api.Errors;
using ResNetService.Inference.Errors;

namespace ResNetService.Api.Classify;

/// <summary>What is said where no image of a request has an answer.</summary>
internal static class FailedRequest
{
    /// <summary>A single image's error is the request's. Several share their kind or at least their status, or it is 422; each is listed.</summary>
    public static Problem Of(IReadOnlyList<ServiceError> errors)
    {
        if (errors.Count == 1)
            return Problem.Of(errors[0]);

        ProblemKind[] kinds = [.. errors.Select(error => ProblemKind.Of(error.Code)).Distinct()];
        int[] statuses = [.. kinds.Select(kind => kind.Status).Distinct()];
        var kind = (kinds, statuses) switch
        {
            ([var only], _) => only,
            (_, [var status]) => ProblemKind.NoImageClassified with { Status = status },
            _ => ProblemKind.NoImageClassified,
        };
        return new Problem(
            kind, $"None of the {errors.Count} images has an answer; 'errors' says why, in their order.",
            errors.Max(error => error.RetryAfter), [.. errors.Select(ImageProblem.Of)]);
    }
}
