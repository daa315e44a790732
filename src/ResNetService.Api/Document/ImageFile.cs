using Microsoft.OpenApi;

namespace ResNetService.Api.Document;

internal static class ImageFile
{
    /// <summary>A whole one as base64, one red pixel: what the page's examples send as they stand.</summary>
    public const string RedPng = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC";

    public static OpenApiSchema Schema() => new() { Type = JsonSchemaType.String, Format = "binary" };
}
