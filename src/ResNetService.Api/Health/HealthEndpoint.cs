using Microsoft.AspNetCore.Http.HttpResults;
using ResNetService.Api.Document;
using ResNetService.Api.Models;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Health;

/// <param name="Status"><c>ready</c> or <c>not ready</c>.</param>
internal sealed record HealthReply(string Status, IReadOnlyList<ModelSummary> Models);

/// <param name="Status"><c>live</c>, <c>started</c> or <c>starting</c>.</param>
internal sealed record LiveReply(string Status);

internal static class HealthEndpoint
{
    public const string ReadyPath = "/health/ready";

    public static void MapHealth(this WebApplication app)
    {
        var health = app.MapGroup("/health").WithTags("Health");
        health.MapGet("/live", Live).WithName("live").WithSummary("The process answers: restart it where this fails");
        health.MapGet("/startup", Started).WithName("startup").WithSummary("The first load of the models is over, once and for all")
            .Produces<LiveReply>().Produces<LiveReply>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/ready", Ready).WithName("ready").WithSummary("The default model is loaded and warm, and the service is not stopping")
            .Produces<HealthReply>().Produces<HealthReply>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/ready/{model}", ModelReady).WithName("modelHealth").WithSummary("One model answers, and the service is not stopping")
            .Produces<HealthReply>().Produces<HealthReply>(StatusCodes.Status503ServiceUnavailable).ProducesProblems(404, 500);
    }

    private static Ok<LiveReply> Live() => TypedResults.Ok(new LiveReply("live"));

    private static JsonHttpResult<LiveReply> Started(Readiness readiness) =>
        TypedResults.Json(new LiveReply(readiness.HasStarted ? "started" : "starting"), statusCode: StatusOf(readiness.HasStarted));

    private static JsonHttpResult<HealthReply> Ready(Readiness readiness, IModelCatalog catalog) => Reply(readiness.IsReady, catalog.Models);

    private static JsonHttpResult<HealthReply> ModelReady(string model, Readiness readiness, IModelCatalog catalog)
    {
        // Where there is none, the catalogue says which there are.
        var found = readiness.Find(model) ?? (readiness.IsReady, [Of(catalog.Find(model), catalog)]);
        return Reply(found.IsReady, found.Versions);
    }

    private static ModelStatus Of(ServedModel model, IModelCatalog catalog) => catalog.Models.First(status => (status.Name, status.Version) == (model.Name, model.Version));

    private static JsonHttpResult<HealthReply> Reply(bool ready, IEnumerable<ModelStatus> models) =>
        TypedResults.Json(new HealthReply(ready ? "ready" : "not ready", [.. models.Select(ModelSummary.Of)]), statusCode: StatusOf(ready));

    private static int StatusOf(bool good) => good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
}
