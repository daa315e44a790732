using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using ResNetService.Api.Errors;
using ResNetService.Api.HuggingFace;
using ResNetService.Api.OpenInference;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ResNetService.Api.Document;

/// <summary>What is true of every operation that is not open to everybody: it takes a key or a token, and refuses without, or where too many come.</summary>
internal sealed class CallerOperation : IOperationFilter
{
    public const string Scheme = "caller";

    private static readonly (string Status, string Description)[] Refusals =
        [("401", "Keys or tokens are configured, and this request brings none that is valid."), ("403", "The caller has not the scope."), ("429", "The caller has asked more than it may, or the queue is full.")];

    public static OpenApiSecurityScheme Definition => new()
    {
        Type = SecuritySchemeType.Http,
        Scheme = "bearer",
        Description = "A key of the service (`rns_…`), or a token of its identity provider. A service without either asks for none.",
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IAllowAnonymous>().Any())
            return;
        operation.Security = [new() { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
        var isOfAnother = context.ApiDescription.RelativePath!.StartsWith(OpenInferenceEndpoints.Prefix[1..], StringComparison.Ordinal) || operation.OperationId == HuggingFaceEndpoint.Name;
        var body = new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(isOfAnother ? typeof(ErrorReply) : typeof(ProblemDetails), context.SchemaRepository) };
        foreach (var (status, description) in Refusals)
        {
            operation.Responses![status] = new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, IOpenApiMediaType> { [isOfAnother ? "application/json" : "application/problem+json"] = new OpenApiMediaType { Schema = body.Schema } },
            };
        }
    }
}
