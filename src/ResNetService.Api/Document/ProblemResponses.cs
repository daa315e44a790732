using ResNetService.Api.Errors;

namespace ResNetService.Api.Document;

internal static class ProblemResponses
{
    /// <summary>Declares error statuses, each with a ProblemDetails body.</summary>
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            endpoint.ProducesProblem(status);
        return endpoint;
    }

    /// <summary>Declares error statuses of a protocol of others, each with the body that it has there.</summary>
    public static RouteHandlerBuilder ProducesErrors(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            endpoint.Produces<ErrorReply>(status);
        return endpoint;
    }
}
