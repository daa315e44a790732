using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using ResNetService.Api.Errors;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ResNetService.Api.Document;

/// <summary>
/// Gives every reply in JSON an example: the file in <c>Examples</c> that is called as the operation (and the status, where that is not 200), or an error of
/// the protocol.
/// </summary>
internal sealed class ExampleReplies : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var (status, response) in operation.Responses ?? [])
        {
            foreach (var (type, media) in response.Content ?? new Dictionary<string, IOpenApiMediaType>())
            {
                if (media is OpenApiMediaType { Example: null } json)
                    json.Example = Of(operation.OperationId!, status, type);
            }
        }
    }

    private static JsonNode? Of(string operation, string status, string type) => type switch
    {
        "application/problem+json" => ProblemOf(int.Parse(status, null)),
        "application/json" => Read(operation, status) ?? (status == "200" ? null : Read("error", "200")),
        _ => null,
    };

    /// <returns>Null where there is no such file.</returns>
    internal static JsonNode? Read(string operation, string status)
    {
        // An address with a version is answered as one without.
        var name = operation.Replace("Version", "", StringComparison.Ordinal);
        using var file = typeof(ExampleReplies).Assembly.GetManifestResourceStream(status == "200" ? $"examples/{name}.json" : $"examples/{name}.{status}.json");
        return file is null ? null : JsonNode.Parse(file);
    }

    private static JsonObject? ProblemOf(int status) => ProblemKind.All.FirstOrDefault(kind => kind.Status == status) is not { } kind ? null : new()
    {
        ["type"] = kind.Type,
        ["title"] = kind.Title,
        ["status"] = kind.Status,
        ["detail"] = "What is wrong, and what would be right.",
        ["traceId"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
    };
}
