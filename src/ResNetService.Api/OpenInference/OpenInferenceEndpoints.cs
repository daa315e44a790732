using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using ResNetService.Api.Document;
using ResNetService.Api.Health;
using ResNetService.Api.OpenInference.Grpc;
using ResNetService.Api.OpenInference.Rest;
using ResNetService.Api.Security.Administration;
using ResNetService.Api.Uploads;
using ResNetService.Inference.Models;

namespace ResNetService.Api.OpenInference;

internal sealed record ServerLive(bool Live);

internal sealed record ServerReady(bool Ready);

internal sealed record ModelReady(string Name, bool Ready);

/// <summary>The Open Inference Protocol, version 2, over HTTP and gRPC, with three of Triton's extensions.</summary>
internal static class OpenInferenceEndpoints
{
    /// <summary>Below it every error is told as the protocol tells it.</summary>
    public const string Prefix = "/v2";

    public const string InferName = "infer";
    public const string InferVersionName = "inferVersion";
    public const string IndexName = "repositoryIndex";

    public static void AddOpenInference(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<InferenceEndpoint>();
        builder.AddGrpcInference();
    }

    public static void MapOpenInference(this WebApplication app)
    {
        app.MapGrpcInference();
        var v2 = app.MapGroup(Prefix).WithTags("Open Inference Protocol");
        v2.MapGet("", Server).WithName("serverMetadata").WithSummary("What the server is, and which extensions it has");
        v2.MapGet("/health/live", Live).WithName("serverLive").WithSummary("The process answers, and no model's runs hang: restart it where this fails")
            .Produces<ServerLive>().Produces<ServerLive>(StatusCodes.Status503ServiceUnavailable).AllowAnonymous().AtEveryAddress();
        v2.MapGet("/health/ready", Ready).WithName("serverReady").WithSummary("The default model is loaded and warm, and the service is not stopping")
            .Produces<ServerReady>().Produces<ServerReady>(StatusCodes.Status503ServiceUnavailable).AllowAnonymous().AtEveryAddress();

        v2.MapGet("/models/{name}", (string name, IModelCatalog catalog, IOptions<RequestOptions> options, CancellationToken cancellationToken) => MetadataAsync(new(name, null), catalog, options, cancellationToken))
            .WithName("modelMetadata").WithSummary("Inputs and outputs of a model").ProducesErrors(404, 500, 503, 504);
        v2.MapGet("/models/{name}/versions/{version}", (string name, string version, IModelCatalog catalog, IOptions<RequestOptions> options, CancellationToken cancellationToken) => MetadataAsync(new(name, version), catalog, options, cancellationToken))
            .WithName("modelVersionMetadata").WithSummary("Inputs and outputs of a version of a model").ProducesErrors(404, 500, 503, 504);
        v2.MapGet("/models/{name}/ready", (string name, Readiness readiness) => ModelReady(new(name, null), readiness))
            .WithName("modelReady").WithSummary("A model answers").Produces<ModelReady>().Produces<ModelReady>(StatusCodes.Status503ServiceUnavailable).ProducesErrors(404, 500);
        v2.MapGet("/models/{name}/versions/{version}/ready", (string name, string version, Readiness readiness) => ModelReady(new(name, version), readiness))
            .WithName("modelVersionReady").WithSummary("A version of a model answers").Produces<ModelReady>().Produces<ModelReady>(StatusCodes.Status503ServiceUnavailable).ProducesErrors(404, 500);

        v2.MapPost("/models/{name}/infer", (string name, HttpContext context, InferenceEndpoint endpoint, CancellationToken cancellationToken) => endpoint.AnswerAsync(context, new(name, null), cancellationToken))
            .WithName(InferName).WithSummary("Tensors or image files in, logits, features or classes out").ProducesErrors(400, 404, 408, 413, 415, 429, 500, 503, 504);
        v2.MapPost("/models/{name}/versions/{version}/infer", (string name, string version, HttpContext context, InferenceEndpoint endpoint, CancellationToken cancellationToken) => endpoint.AnswerAsync(context, new(name, version), cancellationToken))
            .WithName(InferVersionName).WithSummary("The same, from a version of a model").ProducesErrors(400, 404, 408, 413, 415, 429, 500, 503, 504);

        v2.MapPost("/repository/index", IndexAsync).WithName(IndexName).WithSummary("Every model of the repository, serving or not").ProducesErrors(400, 413, 415, 500);
        v2.MapRepositoryControl();
    }

    private static Ok<ServerMetadata> Server() => TypedResults.Ok(ServerMetadata.Current);

    private static JsonHttpResult<ServerLive> Live(IModelCatalog catalog) => TypedResults.Json(new ServerLive(!catalog.IsStuck), statusCode: StatusOf(!catalog.IsStuck));

    private static JsonHttpResult<ServerReady> Ready(IModelCatalog catalog) => TypedResults.Json(new ServerReady(catalog.IsReady), statusCode: StatusOf(catalog.IsReady));

    private static async Task<Ok<ModelMetadata>> MetadataAsync(ModelAddress address, IModelCatalog catalog, IOptions<RequestOptions> options, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ModelMetadata.OfAsync(address, catalog, options.Value, cancellationToken));

    private static JsonHttpResult<ModelReady> ModelReady(ModelAddress address, Readiness readiness)
    {
        var ready = readiness.Of(address.Reference).IsReady;
        return TypedResults.Json(new ModelReady(address.Name, ready), statusCode: StatusOf(ready));
    }

    private static async Task<Ok<IReadOnlyList<RepositoryEntry>>> IndexAsync(HttpRequest request, IModelCatalog catalog, CancellationToken cancellationToken) =>
        TypedResults.Ok(RepositoryEntry.Index(catalog, await RepositoryJson.ReadReadyAsync(request, cancellationToken)));

    private static int StatusOf(bool good) => good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
}
