using Microsoft.AspNetCore.Http.HttpResults;
using ResNetService.Api.Document;
using ResNetService.Api.Security.Administration;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Health;

/// <param name="Status"><c>ready</c> or <c>not ready</c>.</param>
internal sealed record HealthReply(string Status, IReadOnlyList<ModelHealth> Models);

/// <summary>What everybody may know of a model. Why it does not serve names files of the machine: <c>/models</c> has it, for those who may ask.</summary>
internal sealed record ModelHealth(string Name, string Version, ModelState State);

/// <param name="Status"><c>live</c>, <c>stuck</c>, <c>started</c> or <c>starting</c>.</param>
internal sealed record LiveReply(string Status);

internal static class HealthEndpoint
{
    public const string ReadyPath = "/health/ready";

    public static void MapHealth(this WebApplication app)
    {
        var health = app.MapGroup("/health").WithTags("Health").AllowAnonymous().AtEveryAddress();
        health.MapProbe("/live", Live).WithName("live").WithSummary("The process answers, and no model's runs hang: restart it where this fails")
            .Produces<LiveReply>().Produces<LiveReply>(StatusCodes.Status503ServiceUnavailable);
        health.MapProbe("/startup", Started).WithName("startup").WithSummary("The first load of the models is over, once and for all")
            .Produces<LiveReply>().Produces<LiveReply>(StatusCodes.Status503ServiceUnavailable);
        health.MapProbe("/ready", Ready).WithName("ready").WithSummary("The default model is loaded and warm, and the service is not stopping")
            .Produces<HealthReply>().Produces<HealthReply>(StatusCodes.Status503ServiceUnavailable);
        health.MapProbe("/ready/{model}", ModelReady).WithName("modelHealth").WithSummary("One model answers, and the service is not stopping")
            .Produces<HealthReply>().Produces<HealthReply>(StatusCodes.Status503ServiceUnavailable).ProducesProblems(404, 500);
    }

    /// <summary>Also for those who want its status alone, as many load balancers do.</summary>
    private static RouteHandlerBuilder MapProbe(this RouteGroupBuilder health, string path, Delegate probe)
    {
        health.MapMethods(path, [HttpMethods.Head], probe).ExcludeFromDescription();
        return health.MapGet(path, probe);
    }

    private static JsonHttpResult<LiveReply> Live(IModelCatalog catalog) => TypedResults.Json(new LiveReply(catalog.IsStuck ? "stuck" : "live"), statusCode: StatusOf(!catalog.IsStuck));

    private static JsonHttpResult<LiveReply> Started(Readiness readiness) =>
        TypedResults.Json(new LiveReply(readiness.HasStarted ? "started" : "starting"), statusCode: StatusOf(readiness.HasStarted));

    private static JsonHttpResult<HealthReply> Ready(Readiness readiness, IModelCatalog catalog) => Reply(readiness.IsReady, catalog.Models);

    private static JsonHttpResult<HealthReply> ModelReady(string model, Readiness readiness)
    {
        var (isReady, versions) = readiness.Of(model);
        return Reply(isReady, versions);
    }

    private static JsonHttpResult<HealthReply> Reply(bool ready, IEnumerable<ModelStatus> models) =>
        TypedResults.Json(new HealthReply(ready ? "ready" : "not ready", [.. models.Select(model => new ModelHealth(model.Name, model.Version, model.State))]), statusCode: StatusOf(ready));

    private static int StatusOf(bool good) => good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
}
