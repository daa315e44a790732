namespace ResNetService.Api.Hosting;

internal static class KestrelEndpoints
{
    /// <summary>Addresses that are configured in <c>Kestrel:Endpoints</c>, beside which Kestrel passes over every other.</summary>
    public static IReadOnlyCollection<string> Of(IConfiguration configuration) =>
        [.. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>()];
}
