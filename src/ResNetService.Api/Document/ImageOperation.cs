using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using ResNetService.Api.Classify;
using ResNetService.Api.Embed;
using ResNetService.Api.Explain;
using ResNetService.Api.Uploads;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ResNetService.Api.Document;

/// <summary>What the routes that take images read by themselves, where nothing can infer it: the query and the three kinds of body.</summary>
internal sealed class ImageOperation : IOperationFilter
{
    private const string ImageName = "RequestImage";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (FieldsOf(operation.OperationId) is not { } fields)
            return;

        operation.Parameters =
        [
            .. fields.Select(Parameter),
            new OpenApiParameter
            {
                Name = Deadline.Header,
                In = ParameterLocation.Header,
                Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
                Description = "Milliseconds within which the answer is of use; 504 where they are over before it is there.",
            },
        ];
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = $"One image, or several as a form or as JSON. `{string.Join("` and `", fields)}` may stand in the query or in the body.",
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                // First, since generators of clients take the first.
                ["application/json"] = new OpenApiMediaType { Schema = Body(operation.OperationId!, fields, context.SchemaRepository), Example = JsonExample() },
                ["multipart/form-data"] = new OpenApiMediaType { Schema = Form() },
                ["image/*"] = new OpenApiMediaType { Schema = ImageFile.Schema() },
                ["application/octet-stream"] = new OpenApiMediaType { Schema = ImageFile.Schema() },
            },
        };
        if (operation.Responses!["200"].Content!.TryGetValue(ExplainEndpoint.Png, out var picture))
            ((OpenApiMediaType)picture).Schema = ImageFile.Schema();
    }

    private static IReadOnlyList<string>? FieldsOf(string? operation) => operation switch
    {
        ClassifyEndpoint.Name => ClassifyEndpoint.Fields,
        ExplainEndpoint.Name => ExplainEndpoint.Fields,
        EmbedEndpoint.Name => EmbedEndpoint.Fields,
        _ => null,
    };

    private static IOpenApiParameter Parameter(string field) => field switch
    {
        Choice.ModelField => Query(field, new OpenApiSchema { Type = JsonSchemaType.String }, "`name` or `name:version`; the default model where it is left out.", "resnet20-cifar10"),
        Choice.TopKField => Query(field, new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Default = 5 }, "How many classes an answer has: 1 to the number of classes.", 5),
        Choice.ClassField => Query(field, new OpenApiSchema { Type = JsonSchemaType.String }, "The class to explain: its index, or its name or id if no other class has it. Left out: the best class of each image.", "cat"),
        Choice.NormalizeField => Query(field, new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = false }, "Whether each vector is divided by its length, so that a dot product is the cosine.", true),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };

    private static OpenApiParameter Query(string name, OpenApiSchema schema, string description, JsonNode example) =>
        new() { Name = name, In = ParameterLocation.Query, Schema = schema, Description = description, Example = example };

    /// <summary>Without model and topK, which it may have: the page would fill them in, and contradict the query that it fills in too.</summary>
    private static OpenApiSchema Form() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "files" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["files"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = ImageFile.Schema(), Description = "Any number of files; the fields may have any names." },
        },
    };

    /// <summary>Under names, which the classes of generated clients take.</summary>
    private static OpenApiSchemaReference Body(string operation, IReadOnlyList<string> fields, SchemaRepository schemas)
    {
        var image = schemas.Schemas.ContainsKey(ImageName) ? new OpenApiSchemaReference(ImageName) : schemas.AddDefinition(ImageName, Image());
        return schemas.AddDefinition($"{char.ToUpperInvariant(operation[0])}{operation[1..]}Request", Body(fields, image));
    }

    private static OpenApiSchema Body(IReadOnlyList<string> fields, IOpenApiSchema image) => new()
    {
        Type = JsonSchemaType.Object,
        AdditionalPropertiesAllowed = false,
        Required = new HashSet<string> { "images" },
        Properties = fields.ToDictionary(field => field, Property).Prepend(
            KeyValuePair.Create<string, IOpenApiSchema>("images", new OpenApiSchema { Type = JsonSchemaType.Array, MinItems = 1, Items = image })).ToDictionary(),
    };

    private static IOpenApiSchema Property(string field) => field switch
    {
        Choice.TopKField => new OpenApiSchema { Type = JsonSchemaType.Integer | JsonSchemaType.Null, Minimum = "1" },
        Choice.ClassField => new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Integer | JsonSchemaType.Null },
        Choice.NormalizeField => new OpenApiSchema { Type = JsonSchemaType.Boolean | JsonSchemaType.Null },
        _ => new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null },
    };

    private static OpenApiSchema Image() => new()
    {
        Type = JsonSchemaType.Object,
        AdditionalPropertiesAllowed = false,
        Required = new HashSet<string> { "data" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["name"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null },
            ["data"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte", Description = "The image file as base64." },
        },
    };

    /// <summary>A whole image, and nothing that the query says already, so that the page's example can be sent as it stands.</summary>
    private static JsonNode JsonExample() => JsonNode.Parse(
        $$$"""{"images":[{"name":"red.png","data":"{{{ImageFile.RedPng}}}"}]}""")!;
}
