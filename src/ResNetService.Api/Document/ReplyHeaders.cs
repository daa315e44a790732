using Microsoft.OpenApi;
using ResNetService.Api.Classify;
using ResNetService.Api.Embed;
using ResNetService.Api.Explain;
using ResNetService.Api.Models;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ResNetService.Api.Document;

/// <summary>Headers of answers, which nothing can infer.</summary>
internal sealed class ReplyHeaders : IOperationFilter
{
    private const string RetryAfter = "Whole seconds after which the same request is worth another try, 1 at least; by the measured rate where the queue is full, and when the caller may ask again where it has asked more than it may.";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        Add(operation, "401", "WWW-Authenticate", JsonSchemaType.String, "Bearer; with error=\"invalid_token\" where what was sent is not valid.");
        Add(operation, "429", "Retry-After", JsonSchemaType.Integer, RetryAfter);
        // What is asked for without a body waits in no queue.
        if (operation.RequestBody is not null)
            Add(operation, "503", "Retry-After", JsonSchemaType.Integer, RetryAfter);

        switch (operation.OperationId)
        {
            case ClassifyEndpoint.Name or ExplainEndpoint.Name or EmbedEndpoint.Name:
                Add(operation, "200", "ETag", JsonSchemaType.String, "Only where answers are kept (Cache:Enabled): weak, the same for the same images, model and parameters.");
                break;
            case LabelsEndpoint.Name:
                Add(operation, "200", "ETag", JsonSchemaType.String, "Changes with the model's files; If-None-Match with it is answered 304.");
                Add(operation, "304", "ETag", JsonSchemaType.String, "That of the request.");
                break;
            default:
                break;
        }
    }

    private static void Add(OpenApiOperation operation, string status, string name, JsonSchemaType type, string description)
    {
        if (!operation.Responses!.TryGetValue(status, out var found) || found is not OpenApiResponse response)
            return;
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        response.Headers[name] = new OpenApiHeader { Schema = new OpenApiSchema { Type = type }, Description = description };
    }
}
