using Microsoft.OpenApi;
using ResNetService.Api.Hosting;

namespace ResNetService.Api.Document;

/// <summary>The OpenAPI document, and the page at /swagger that shows it and sends requests.</summary>
internal static class ApiDocument
{
    public static void AddApiDocument(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DocumentText>();
        builder.Services.AddEndpointsApiExplorer();
        builder.Services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc(DocumentText.Name, new OpenApiInfo
            {
                Title = "ResNetService",
                Version = Release.Version,
                Description = "Photographs in, best classes out. Errors are application/problem+json; `type` is stable.",
            });
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            // Without it a reference cannot say that it may be null, and a result's error is null on success.
            options.UseAllOfToExtendReferenceSchemas();
            options.AddSecurityDefinition(CallerOperation.Scheme, CallerOperation.Definition);
            options.OperationFilter<CallerOperation>();
            options.OperationFilter<ImageOperation>();
            options.OperationFilter<ProtocolOperation>();
            options.OperationFilter<ReplyHeaders>();
            options.OperationFilter<ExampleReplies>();
            options.SchemaFilter<ProblemSchema>();
        });
    }

    public static void MapApiDocument(this WebApplication app)
    {
        app.MapGet($"/swagger/{DocumentText.Name}/swagger.json", async (DocumentText text) => TypedResults.Bytes(await text.ReadAsync(), "application/json;charset=utf-8"))
            .ExcludeFromDescription().AllowAnonymous();
        app.UseSwaggerUI();
    }
}
