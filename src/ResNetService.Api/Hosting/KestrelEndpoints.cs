using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ResNetService.Api.Hosting;

internal static class KestrelEndpoints
{
    /// <summary>Addresses that are configured in <c>Kestrel:Endpoints</c>, beside which Kestrel passes over every other.</summary>
    public static IReadOnlyCollection<string> Of(IConfiguration configuration) =>
        [.. Endpoints(configuration).Select(endpoint => endpoint["Url"]).OfType<string>()];

    /// <summary>Those among them where HTTP/1.1 is spoken; at one of gRPC alone it is not.</summary>
    public static IReadOnlyCollection<string> OfHttp1(IConfiguration configuration) =>
    [
        .. Endpoints(configuration).Where(endpoint => SpeaksHttp1(endpoint["Protocols"] ?? configuration["Kestrel:EndpointDefaults:Protocols"]))
            .Select(endpoint => endpoint["Url"]).OfType<string>(),
    ];

    private static IEnumerable<IConfigurationSection> Endpoints(IConfiguration configuration) => configuration.GetSection("Kestrel:Endpoints").GetChildren();

    /// <summary>What is no protocol keeps Kestrel from starting.</summary>
    private static bool SpeaksHttp1(string? protocols) => !Enum.TryParse<HttpProtocols>(protocols, ignoreCase: true, out var spoken) || spoken.HasFlag(HttpProtocols.Http1);
}
