namespace ResNetService.Api.Document;

internal static class ExampleImage
{
    /// <summary>A whole image file as base64, one red pixel: what the page's examples send as they stand.</summary>
    public const string RedPng = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC";
}
