using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;

namespace ResNetService.Api.Security;

/// <summary>What a caller may do. None contains another: a key that loads models need not classify.</summary>
internal static class Scopes
{
    /// <summary>Whatever takes images or tensors, or tells of the models.</summary>
    public const string Classify = "classify";

    /// <summary>Whatever changes the service.</summary>
    public const string Admin = "admin";

    /// <summary>Of the claims of a caller, each of which is one scope.</summary>
    public const string ClaimType = "scope";

    public static IReadOnlyList<string> All { get; } = [Classify, Admin];

    /// <summary>From a list with spaces, as OAuth has it.</summary>
    /// <param name="unknown">The word that is no scope.</param>
    public static bool TryParse(string? list, out string[] scopes, [NotNullWhen(false)] out string? unknown)
    {
        scopes = (list ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        unknown = scopes.FirstOrDefault(scope => !All.Contains(scope));
        return unknown is null;
    }

    public static bool HasScope(this ClaimsPrincipal user, string scope) => user.HasClaim(ClaimType, scope);
}
