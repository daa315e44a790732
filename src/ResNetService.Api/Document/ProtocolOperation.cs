using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using ResNetService.Api.HuggingFace;
using ResNetService.Api.OpenInference;
using ResNetService.Api.OpenInference.Rest;
using ResNetService.Api.Uploads;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ResNetService.Api.Document;

/// <summary>The bodies of the protocols of others, which their handlers read and write by themselves.</summary>
internal sealed class ProtocolOperation : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        switch (operation.OperationId)
        {
            case OpenInferenceEndpoints.InferName or OpenInferenceEndpoints.InferVersionName:
                operation.Parameters!.Add(Header(InferenceHeader.Name, "0", "Length of the JSON, where tensors follow it; 0 where the body is one tensor, or one image file of the Content-Type image/*."));
                operation.Parameters.Add(Header(Deadline.Header, "1", "Milliseconds within which the answer is of use; 504 where they are over before it is there."));
                operation.RequestBody = Body(Request(), InferExample(), required: true);
                operation.Responses!["200"] = new OpenApiResponse
                {
                    Description = "OK",
                    Headers = new Dictionary<string, IOpenApiHeader>
                    {
                        [InferenceHeader.Name] = new OpenApiHeader { Schema = Integer(), Description = "Length of the JSON, where outputs follow it as bytes." },
                    },
                    Content = Contents(Reply(), JsonNode.Parse("""{"model_name":"resnet20-cifar10","model_version":"1","id":"1","outputs":[{"name":"logits","datatype":"BYTES","shape":[1,1],"data":["8.481573:3:cat"]}]}""")),
                };
                break;
            case OpenInferenceEndpoints.IndexName:
                operation.RequestBody = new OpenApiRequestBody { Content = new Dictionary<string, IOpenApiMediaType> { ["application/json"] = new OpenApiMediaType { Schema = Object([], ("ready", Boolean())) } } };
                break;
            case HuggingFaceEndpoint.Name:
                operation.Parameters!.Add(Header(Deadline.Header, "1", "Milliseconds within which the answer is of use; 504 where they are over before it is there."));
                operation.RequestBody = Body(Question(), JsonNode.Parse($$$"""{"inputs":"{{{ImageFile.RedPng}}}","parameters":{"top_k":3}}"""), required: true);
                operation.RequestBody.Content!["image/*"] = new OpenApiMediaType { Schema = ImageFile.Schema() };
                break;
            default:
                break;
        }
    }

    private static OpenApiParameter Header(string name, string minimum, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = minimum },
        Description = description,
    };

    private static OpenApiRequestBody Body(IOpenApiSchema json, JsonNode? example, bool required) => new() { Required = required, Content = Contents(json, example) };

    private static Dictionary<string, IOpenApiMediaType> Contents(IOpenApiSchema json, JsonNode? example) => new()
    {
        ["application/json"] = new OpenApiMediaType { Schema = json, Example = example },
        ["application/octet-stream"] = new OpenApiMediaType { Schema = ImageFile.Schema() },
    };

    private static OpenApiSchema Request() => Object(
        ["inputs"],
        ("id", String()),
        ("parameters", Parameters(("binary_data_output", Boolean()))),
        ("inputs", Array(Object(["name", "shape", "datatype"], ("name", String()), ("shape", Array(Integer())), ("datatype", Datatype()), ("parameters", Parameters(("binary_data_size", Integer()))), ("data", Data())))),
        ("outputs", Array(Object(["name"], ("name", String()), ("parameters", Parameters(("classification", Integer()), ("binary_data", Boolean())))))));

    private static OpenApiSchema Reply() => Object(
        ["model_name", "model_version", "outputs"],
        ("model_name", String()),
        ("model_version", String()),
        ("id", String()),
        ("outputs", Array(Object(["name", "datatype", "shape"], ("name", String()), ("datatype", Datatype()), ("shape", Array(Integer())), ("parameters", Parameters(("binary_data_size", Integer()))), ("data", Data())))));

    private static OpenApiSchema Question() => Object(
        ["inputs"],
        ("inputs", new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte", Description = "The image file as base64." }),
        ("parameters", Object([], ("top_k", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Default = 5 }))));

    private static JsonNode InferExample() => JsonNode.Parse(
        $$$"""{"id":"1","inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{{ImageFile.RedPng}}}"]}],"outputs":[{"name":"logits","parameters":{"classification":1}}]}""")!;

    private static OpenApiSchema Object(HashSet<string> required, params (string Name, IOpenApiSchema Schema)[] properties) =>
        new() { Type = JsonSchemaType.Object, Required = required, Properties = properties.ToDictionary(property => property.Name, property => property.Schema) };

    private static OpenApiSchema Parameters(params (string Name, IOpenApiSchema Schema)[] known) => Object([], known);

    private static OpenApiSchema Datatype() => new() { Type = JsonSchemaType.String, Enum = ["UINT8", "FP32", "BYTES"] };

    private static OpenApiSchema Data() => new() { Type = JsonSchemaType.Array, Items = new OpenApiSchema(), Description = "Flat and row-major, or nested as the shape; image files are base64." };

    private static OpenApiSchema Array(IOpenApiSchema items) => new() { Type = JsonSchemaType.Array, Items = items };

    private static OpenApiSchema String() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema Boolean() => new() { Type = JsonSchemaType.Boolean };

    private static OpenApiSchema Integer() => new() { Type = JsonSchemaType.Integer, Format = "int64" };
}
