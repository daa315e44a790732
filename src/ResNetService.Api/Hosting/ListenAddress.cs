namespace ResNetService.Api.Hosting;

/// <summary>Where the service listens. Our default yields to every way in which ASP.NET Core can be told.</summary>
internal static class ListenAddress
{
    public const string Default = "http://localhost:8080";

    public static void AddDefaultAddress(this WebApplicationBuilder builder)
    {
        if (!IsConfigured(builder.Configuration))
            builder.WebHost.UseUrls(Default);
    }

    /// <summary>Whether the caller named an address: an address in our own configuration would bind localhost inside a container.</summary>
    public static bool IsConfigured(IConfiguration configuration) =>
        Value(configuration, "URLS") is not null
        || Value(configuration, "HTTP_PORTS") is not null
        || Value(configuration, "HTTPS_PORTS") is not null
        || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();

    /// <summary>How the same machine reaches the service by HTTP/1.1: the first address, unencrypted if there is one, with a wildcard host as localhost.</summary>
    public static Uri Loopback(IConfiguration configuration)
    {
        var addresses = Addresses(configuration);
        return ToUri(addresses.FirstOrDefault(address => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            ?? addresses.FirstOrDefault()
            ?? Default);
    }

    /// <summary>In Kestrel's order: endpoints override addresses, addresses override ports.</summary>
    private static string[] Addresses(IConfiguration configuration)
    {
        if (KestrelEndpoints.Of(configuration) is { Count: > 0 } endpoints)
            return [.. KestrelEndpoints.OfHttp1(configuration) is { Count: > 0 } spoken ? spoken : endpoints];
        return Value(configuration, "URLS") is { } urls
            ? Split(urls)
            : [.. Ports(configuration, "HTTP_PORTS", "http"), .. Ports(configuration, "HTTPS_PORTS", "https")];
    }

    private static IEnumerable<string> Ports(IConfiguration configuration, string key, string scheme) =>
        Split(Value(configuration, key) ?? "").Select(port => $"{scheme}://localhost:{port}");

    private static string[] Split(string list) => list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Uri ToUri(string address)
    {
        var binding = BindingAddress.Parse(address);
        var host = binding.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : binding.Host;
        return new UriBuilder(binding.Scheme, host, binding.Port).Uri;
    }

    private static string? Value(IConfiguration configuration, string key) =>
        string.IsNullOrWhiteSpace(configuration[key]) ? null : configuration[key];
}
