using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using ResNetService.Api.Telemetry;
using ResNetService.Inference.Errors;

namespace ResNetService.Api.Errors;

/// <summary>A request that has no answer, with everything its reply says.</summary>
/// <param name="Detail">What is wrong and what would be right.</param>
/// <param name="RetryAfter">Sent as <c>Retry-After</c>, in whole seconds of at least 1.</param>
/// <param name="ImageErrors">Where a request of several images failed: the error of each.</param>
internal sealed record Problem(
    ProblemKind Kind, string Detail, TimeSpan? RetryAfter = null, IReadOnlyList<ImageProblem>? ImageErrors = null)
{
    /// <summary>Whole seconds, 1 or more.</summary>
    public long? RetrySeconds => RetryAfter is { } delay ? Math.Max(1, (long)Math.Ceiling(delay.TotalSeconds)) : null;

    public static Problem Of(ServiceError error) => new(ProblemKind.Of(error.Code), error.Detail, error.RetryAfter);

    /// <summary>Replies as the protocol does to which the address belongs.</summary>
    public Task WriteAsync(HttpContext context)
    {
        if (ErrorReply.For(context.Request, this) is not { } reply)
            return ToResult(context).ExecuteAsync(context);
        Announce(context);
        return TypedResults.Json(reply, statusCode: Kind.Status).ExecuteAsync(context);
    }

    /// <summary>The reply, which is <c>application/problem+json</c> whatever the caller accepts.</summary>
    public ProblemHttpResult ToResult(HttpContext context)
    {
        Announce(context);
        var details = new ProblemDetails { Type = Kind.Type, Title = Kind.Title, Status = Kind.Status, Detail = Detail };
        details.Extensions["traceId"] = Activity.Current?.Id ?? context.TraceIdentifier;
        if (ImageErrors is not null)
            details.Extensions["errors"] = ImageErrors;
        return TypedResults.Problem(details);
    }

    private void Announce(HttpContext context)
    {
        context.RequestServices?.GetService<ServiceMeter>()?.Rejected(Kind);
        if (RetrySeconds is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>Why one image has no answer, inside a reply.</summary>
internal sealed record ImageProblem(string Type, string Title, int Status, string Detail)
{
    public static ImageProblem Of(ServiceError error)
    {
        var kind = ProblemKind.Of(error.Code);
        return new(kind.Type, kind.Title, kind.Status, error.Detail);
    }
}

/// <summary>Ends a request with a problem that the core knows nothing of, since it lies in HTTP.</summary>
internal sealed class ProblemException(Problem problem, Exception? innerException = null)
    : Exception(problem.Detail, innerException)
{
    public ProblemException(ProblemKind kind, string detail, Exception? innerException = null, TimeSpan? retryAfter = null)
        : this(new Problem(kind, detail, retryAfter), innerException)
    {
    }

    public Problem Problem { get; } = problem;

    public static ProblemException Invalid(string detail, Exception? innerException = null) =>
        new(ProblemKind.InvalidRequest, detail, innerException);
}
