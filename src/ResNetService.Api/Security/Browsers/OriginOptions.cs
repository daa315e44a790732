using Microsoft.Extensions.Options;

namespace ResNetService.Api.Security.Browsers;

/// <summary>Pages of other sites. Configuration section <c>Security:Cors</c>.</summary>
internal sealed class OriginOptions
{
    public const string Section = SecurityOptions.Section + ":Cors";

    /// <summary>Origins whose pages may use the service in a browser, <c>https://shop.example.org</c>; <c>*</c> for all. They send a key as a header: cookies are never allowed.</summary>
    /// <value>none: the service's own page alone</value>
    public IList<string>? Origins { get; set; }
}

internal sealed class OriginOptionsValidator : IValidateOptions<OriginOptions>
{
    public ValidateOptionsResult Validate(string? name, OriginOptions options)
    {
        string[] faults =
        [
            .. from origin in options.Origins ?? []
               where origin != "*" && !IsOrigin(origin)
               select $"{OriginOptions.Section}:Origins has '{origin}'; it would be right as https://host or https://host:port, without a path, or as * for all.",
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.GetLeftPart(UriPartial.Authority) == text;
}
