using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace ResNetService.Api.Security.Tokens;

/// <summary>Knows a caller by a token of an identity provider.</summary>
internal static class TokenAuthentication
{
    public const string SchemeName = JwtBearerDefaults.AuthenticationScheme;

    /// <summary>Clocks differ; the five minutes that are the default would be a third of the life of many tokens.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Of the provider's keys, for which callers with tokens wait: the minute that is the default is as long as a request may last.</summary>
    private static readonly TimeSpan LongestFetch = TimeSpan.FromSeconds(5);

    /// <summary>Signatures of two keys alone. With a shared secret, HS256, the public key would be the secret that everybody knows; and "none" signs nothing.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public static void AddTokens(this AuthenticationBuilder authentication)
    {
        authentication.AddJwtBearer();
        authentication.Services.AddOptions<JwtBearerOptions>(SchemeName).Configure<IOptions<TokenOptions>, TimeProvider>((bearer, options, time) => Configure(bearer, options.Value, new(time)));
    }

    private static void Configure(JwtBearerOptions bearer, TokenOptions options, FirstKeys keys)
    {
        bearer.Authority = string.IsNullOrEmpty(options.Authority) ? null : options.Authority;
        bearer.BackchannelTimeout = LongestFetch;
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new()
        {
            ValidAudience = options.Audience,
            ValidIssuer = string.IsNullOrEmpty(options.Issuer) ? null : options.Issuer,
            ValidAlgorithms = Algorithms,
            ClockSkew = ClockSkew,
            IssuerSigningKey = string.IsNullOrEmpty(options.PublicKeyFile) ? null : PublicKey.Read(options.PublicKeyFile),
        };
        bearer.Events = new()
        {
            OnMessageReceived = async context =>
            {
                try
                {
                    await keys.FetchAsync(context.Options.ConfigurationManager, context.HttpContext.RequestAborted);
                }
                catch (InvalidOperationException e)
                {
                    context.Fail(e);
                }
            },
            OnTokenValidated = context =>
            {
                if (Identity(context.Principal!, options) is { } identity)
                    context.Principal = new(identity);
                else
                    context.Fail("The token names nobody: it has none of the claims 'sub', 'client_id' and 'azp'.");
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>With the scopes that the token's words stand for, and none of its own claims, which could be called as ours are.</summary>
    private static ClaimsIdentity? Identity(ClaimsPrincipal token, TokenOptions options)
    {
        var name = token.FindFirstValue("sub") ?? token.FindFirstValue("client_id") ?? token.FindFirstValue("azp");
        if (string.IsNullOrEmpty(name))
            return null;
        var words = token.FindAll(options.ScopeClaim).SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
        List<Claim> claims = [new(ClaimTypes.Name, name)];
        if (words.Contains(options.ClassifyScope))
            claims.Add(new(Scopes.ClaimType, Scopes.Classify));
        if (words.Contains(options.AdminScope))
            claims.Add(new(Scopes.ClaimType, Scopes.Admin));
        return new(claims, SchemeName);
    }

    /// <summary>Why a token is not taken, in words that repeat nothing of it.</summary>
    public static string Describe(Exception failure) => failure switch
    {
        SecurityTokenExpiredException => "The token has expired: get a new one.",
        SecurityTokenNotYetValidException => "The token is not valid yet.",
        SecurityTokenInvalidAudienceException => "The token was made for another service: its 'aud' is not the audience of this one.",
        SecurityTokenInvalidIssuerException => "The token is from another issuer than this service trusts.",
        SecurityTokenNoExpirationException => "The token has no 'exp'; one that never expires is not taken.",
        SecurityTokenInvalidAlgorithmException or SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException =>
            "The token's signature is not one of the identity provider's.",
        // Our own words.
        AuthenticationFailureException => failure.Message,
        _ => "The token is not valid.",
    };
}
