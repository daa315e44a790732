using System.Net.Http.Headers;
using ResNetService.Api.Security.Keys;

namespace ResNetService.Api.Security;

/// <summary>What a request brings to be known by.</summary>
internal static class Credentials
{
    public const string KeyHeader = "X-Api-Key";

    /// <summary>A key or a token; null where there is neither. The header for keys goes first: <c>Authorization</c> may be meant for a proxy in front.</summary>
    public static string? Of(HttpRequest request)
    {
        if (request.Headers[KeyHeader] is [{ } key])
            return key.Trim();
        return request.Headers.Authorization is [{ } header]
            && AuthenticationHeaderValue.TryParse(header, out var authorization)
            && "Bearer".Equals(authorization.Scheme, StringComparison.OrdinalIgnoreCase)
            ? authorization.Parameter
            : null;
    }

    public static bool IsToken(HttpRequest request) =>
        !request.Headers.ContainsKey(KeyHeader) && Of(request) is { } text && !text.StartsWith(KeyText.Prefix, StringComparison.Ordinal);
}
