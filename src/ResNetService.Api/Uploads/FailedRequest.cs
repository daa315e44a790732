using ResNetService.Api.Errors;
using ResNetService.Inference.Errors;

namespace ResNetService.Api.Uploads;

/// <summary>What is said where no image of a request has an answer.</summary>
internal static class FailedRequest
{
    /// <summary>A single image's error is the request's. Several share their kind or at least their status, or it is 422; each is listed.</summary>
    /// <param name="errors">One an image; null where it has an answer.</param>
    /// <returns>Null where one has an answer.</returns>
    public static Problem? Of(IEnumerable<ServiceError?> errors)
    {
        ServiceError?[] all = [.. errors];
        return all.Contains(null) ? null : Of(all!);
    }

    private static Problem Of(ServiceError[] errors)
    {
        if (errors is [var single])
            return Problem.Of(single);

        ProblemKind[] kinds = [.. errors.Select(error => ProblemKind.Of(error.Code)).Distinct()];
        int[] statuses = [.. kinds.Select(kind => kind.Status).Distinct()];
        var kind = (kinds, statuses) switch
        {
            ([var only], _) => only,
            (_, [var status]) => ProblemKind.NoImageClassified with { Status = status },
            _ => ProblemKind.NoImageClassified,
        };
        return new Problem(
            kind, $"None of the {errors.Length} images has an answer; 'errors' says why, in their order.",
            errors.Max(error => error.RetryAfter), [.. errors.Select(ImageProblem.Of)]);
    }
}
