using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ResNetService.Api.Security.Keys;

/// <summary>Knows a caller by its key. Replies are made where the authorization is decided, for keys and tokens alike.</summary>
internal sealed class ApiKeyHandler(ApiKeys keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    private AuthenticateResult Authenticate()
    {
        if (Credentials.Of(Request) is not { } text)
            return AuthenticateResult.NoResult();
        if (!KeyText.IsOne(text))
            return AuthenticateResult.Fail($"What was sent is no key: one has {KeyText.Length} characters, begins with '{KeyText.Prefix}' and ends in a checksum. A character may be missing or wrong.");
        return keys.Current.Find(text) is { } key
            ? AuthenticateResult.Success(new(new(Identity(key)), SchemeName))
            : AuthenticateResult.Fail("The key is well formed, and this service does not know it: it may have been replaced.");
    }

    private static ClaimsIdentity Identity(ApiKey key) =>
        new(key.Scopes.Select(scope => new Claim(Scopes.ClaimType, scope)).Append(new(ClaimTypes.Name, key.Name)), SchemeName);
}
