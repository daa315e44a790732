using Microsoft.Extensions.Options;

namespace ResNetService.Api.Security.Tokens;

/// <summary>Tokens of an identity provider beside keys. Configuration section <c>Security:Jwt</c>.</summary>
internal sealed class TokenOptions
{
    public const string Section = SecurityOptions.Section + ":Jwt";

    /// <summary>The identity provider's address, <c>https://login.example.org/realm</c>, from which the service fetches the keys that <see href="security.md#tokens">tokens</see> are signed with.</summary>
    /// <value>none: no tokens are taken, unless there is a <c>PublicKeyFile</c></value>
    public string? Authority { get; set; }

    /// <summary>In place of <c>Authority</c>, for a provider that the service cannot reach: the public key of its signatures as PEM, RSA of 2048 bits or more, or ECDSA.</summary>
    /// <value>none</value>
    public string? PublicKeyFile { get; set; }

    /// <summary>Whom tokens must be from, their <c>iss</c>. Needed beside <c>PublicKeyFile</c>.</summary>
    /// <value>the one that <c>Authority</c> names</value>
    public string? Issuer { get; set; }

    /// <summary>Whom tokens must be for, their <c>aud</c>: a token for another service is none for this one.</summary>
    /// <value>none: needed where tokens are taken</value>
    public string? Audience { get; set; }

    /// <summary>The claim with what a token allows: words with spaces between, or an array.</summary>
    public string ScopeClaim { get; set; } = "scope";

    /// <summary>The word that stands for the scope <c>classify</c>.</summary>
    public string ClassifyScope { get; set; } = Scopes.Classify;

    /// <summary>The word that stands for the scope <c>admin</c>.</summary>
    public string AdminScope { get; set; } = Scopes.Admin;

    internal bool IsConfigured => !string.IsNullOrEmpty(Authority) || !string.IsNullOrEmpty(PublicKeyFile);
}

internal sealed class TokenOptionsValidator : IValidateOptions<TokenOptions>
{
    private const string Section = TokenOptions.Section;

    public ValidateOptionsResult Validate(string? name, TokenOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(TokenOptions options)
    {
        if (!options.IsConfigured)
        {
            if (!string.IsNullOrEmpty(options.Audience) || !string.IsNullOrEmpty(options.Issuer))
                yield return $"{Section} has an Audience or an Issuer, and neither Authority nor PublicKeyFile: no token could be checked.";
            yield break;
        }

        if (!string.IsNullOrEmpty(options.Authority) && !string.IsNullOrEmpty(options.PublicKeyFile))
            yield return $"{Section} has both Authority and PublicKeyFile; one of them would be right.";
        if (!string.IsNullOrEmpty(options.Authority) && !(Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority) && authority.Scheme == Uri.UriSchemeHttps))
            yield return $"{Section}:Authority is '{options.Authority}'; an https address would be right: over http anybody on the way could give the service other keys.";
        if (string.IsNullOrEmpty(options.Audience))
            yield return $"{Section}:Audience is missing: without it, tokens that were made for other services would be taken.";
        if (!string.IsNullOrEmpty(options.PublicKeyFile))
        {
            if (string.IsNullOrEmpty(options.Issuer))
                yield return $"{Section}:Issuer is missing; beside PublicKeyFile it says whose tokens are taken.";
            if (PublicKey.FaultOf(options.PublicKeyFile) is { } fault)
                yield return $"{Section}:PublicKeyFile '{options.PublicKeyFile}' {fault}; a public key as PEM (-----BEGIN PUBLIC KEY-----), RSA of 2048 bits or more or ECDSA, would be right.";
        }

        if (string.IsNullOrWhiteSpace(options.ScopeClaim))
            yield return $"{Section}:ScopeClaim is empty; 'scope', 'scp' or 'roles' is what providers use.";
        if (options.ClassifyScope == options.AdminScope || string.IsNullOrWhiteSpace(options.ClassifyScope) || string.IsNullOrWhiteSpace(options.AdminScope))
            yield return $"{Section}:ClassifyScope and AdminScope are the same or empty; each needs a word of its own.";
    }
}
