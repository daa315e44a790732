using Microsoft.AspNetCore.Http.HttpResults;
using ResNetService.Api.Document;
using ResNetService.Api.Models;
using ResNetService.Api.OpenInference.Tensors;
using ResNetService.Api.Security.Administration;
using ResNetService.Inference.Errors;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Health;

/// <param name="Status"><c>ready</c> or <c>not ready</c>.</param>
internal sealed record HealthReply(string Status, IReadOnlyList<ModelSummary> Models);

/// <param name="Status"><c>live</c>, <c>stuck</c>, <c>started</c> or <c>starting</c>.</param>
internal sealed record LiveReply(string Status);

internal static class HealthEndpoint
{
    public const string ReadyPath = "/health/ready";

    public static void MapHealth(this WebApplication app)
    {
        var health = app.MapGroup("/health").WithTags("Health").AllowAnonymous().AtEveryAddress();
        health.MapGet("/live", Live).WithName("live").WithSummary("The process answers, and no model's runs hang: restart it where this fails")
            .Produces<LiveReply>().Produces<LiveReply>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/startup", Started).WithName("startup").WithSummary("The first load of the models is over, once and for all")
            .Produces<LiveReply>().Produces<LiveReply>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/ready", Ready).WithName("ready").WithSummary("The default model is loaded and warm, and the service is not stopping")
            .Produces<HealthReply>().Produces<HealthReply>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/ready/{model}", ModelReady).WithName("modelHealth").WithSummary("One model answers, and the service is not stopping")
            .Produces<HealthReply>().Produces<HealthReply>(StatusCodes.Status503ServiceUnavailable).ProducesProblems(404, 500);
    }

    private static JsonHttpResult<LiveReply> Live(IModelCatalog catalog) => TypedResults.Json(new LiveReply(catalog.IsStuck ? "stuck" : "live"), statusCode: StatusOf(!catalog.IsStuck));

    private static JsonHttpResult<LiveReply> Started(Readiness readiness) =>
        TypedResults.Json(new LiveReply(readiness.HasStarted ? "started" : "starting"), statusCode: StatusOf(readiness.HasStarted));

    private static JsonHttpResult<HealthReply> Ready(Readiness readiness, IModelCatalog catalog) => Reply(readiness.IsReady, catalog.Models);

    private static JsonHttpResult<HealthReply> ModelReady(string model, Readiness readiness, IModelCatalog catalog)
    {
        var (isReady, versions) = readiness.Find(model) ?? throw new ServiceException(new(
            ErrorCode.UnknownModel, $"There is no model '{Text.Short(model)}'; known are {string.Join(", ", catalog.Models.Select(known => $"{known.Name}:{known.Version}"))}."));
        return Reply(isReady, versions);
    }

    private static JsonHttpResult<HealthReply> Reply(bool ready, IEnumerable<ModelStatus> models) =>
        TypedResults.Json(new HealthReply(ready ? "ready" : "not ready", [.. models.Select(ModelSummary.Of)]), statusCode: StatusOf(ready));

    private static int StatusOf(bool good) => good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
}
