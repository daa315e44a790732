using Microsoft.AspNetCore.Http.HttpResults;
using ResNetService.Api.Models;
using ResNetService.Api.Security.Administration;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Health;

/// <param name="Status"><c>live</c>, <c>ready</c> or <c>not ready</c>.</param>
internal sealed record HealthReply(string Status, IReadOnlyList<ModelSummary> Models);

internal static class HealthEndpoint
{
    public const string ReadyPath = "/health/ready";

    public static void MapHealth(this WebApplication app)
    {
        var health = app.MapGroup("/health").WithTags("Health").AllowAnonymous().AtEveryAddress();
        health.MapGet("/live", Live).WithName("live").WithSummary("The process answers: restart it where this fails");
        health.MapGet("/ready", Ready).WithName("ready").WithSummary("The default model is loaded and warm, and the service is not stopping")
            .Produces<HealthReply>().Produces<HealthReply>(StatusCodes.Status503ServiceUnavailable);
    }

    private static Ok<LiveReply> Live() => TypedResults.Ok(new LiveReply("live"));

    private static JsonHttpResult<HealthReply> Ready(IModelCatalog catalog, IHostApplicationLifetime lifetime)
    {
        var ready = catalog.IsReady && !lifetime.ApplicationStopping.IsCancellationRequested;
        var reply = new HealthReply(ready ? "ready" : "not ready", [.. catalog.Models.Select(ModelSummary.Of)]);
        return TypedResults.Json(reply, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

internal sealed record LiveReply(string Status);
