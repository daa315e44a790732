using Microsoft.Extensions.Options;
using ResNetService.Api.Hosting;

namespace ResNetService.Api.Security.Administration;

/// <summary>Where the service is administered. Configuration section <c>Admin</c>.</summary>
internal sealed class AdminOptions
{
    public const string Section = "Admin";

    /// <summary>An <see href="security.md#administration">address for administrative routes</see> and <c>/metrics</c> alone, <c>http://localhost:9090</c>; beside <c>Kestrel:Endpoints</c>, the <c>Url</c> of one of them. By <c>localhost</c>, an address, or <c>+</c>: no other name is taken. They answer nowhere else then, and nothing else answers there but health.</summary>
    /// <value>none: at every address of the service</value>
    public string? Url { get; set; }
}

internal sealed class AdminOptionsValidator(IConfiguration configuration) : IValidateOptions<AdminOptions>
{
    public ValidateOptionsResult Validate(string? name, AdminOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Url))
            return ValidateOptionsResult.Success;
        if (!AddedAddress.TryParse(options.Url, [Uri.UriSchemeHttp, Uri.UriSchemeHttps], out var endpoint))
            return ValidateOptionsResult.Fail($"{AdminOptions.Section}:Url is '{options.Url}'; it would be right as http://host:port, without a path.");
        // Behind a name that leads to an inner network would be an address of the outer one too.
        if (AddedAddress.IsByName(options.Url))
            return ValidateOptionsResult.Fail($"{AdminOptions.Section}:Url is '{options.Url}', and a name of a machine would be every address that it has; it would be right with localhost, an address such as 10.0.0.5, or + for every address.");
        if (KestrelEndpoints.Of(configuration) is { Count: > 0 } endpoints && !endpoints.Contains(options.Url))
            return ValidateOptionsResult.Fail($"{AdminOptions.Section}:Url is '{options.Url}', which is none of Kestrel:Endpoints; beside them it would be right as the Url of one of them.");
        // Kestrel would say that the address is in use.
        return AddedAddress.TryParse(configuration["Grpc:Url"] ?? "", [Uri.UriSchemeHttp], out var grpc) && grpc.Equals(endpoint) && grpc.Port != 0
            ? ValidateOptionsResult.Fail($"{AdminOptions.Section}:Url and Grpc:Url are the same address; each needs a port of its own.")
            : ValidateOptionsResult.Success;
    }
}
