using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using ResNetService.Api.Errors;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ResNetService.Api.Document;

/// <summary>What our problems have beside what every problem has.</summary>
internal sealed class ProblemSchema : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (context.Type != typeof(ProblemDetails) || schema is not OpenApiSchema { Properties: { } properties })
            return;
        properties["traceId"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Under which the log has the request." };
        properties["errors"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Array | JsonSchemaType.Null,
            Items = context.SchemaGenerator.GenerateSchema(typeof(ImageProblem), context.SchemaRepository),
            Description = "Of a request of several images, none of which has an answer: why each has none, in their order.",
        };
    }
}
