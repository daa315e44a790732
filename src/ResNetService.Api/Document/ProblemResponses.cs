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
}
