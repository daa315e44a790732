using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using ResNetService.Api.Errors;
using ResNetService.Api.Security.Tokens;

namespace ResNetService.Api.Security;

/// <summary>What a caller is told who may not: 401 where nobody knows it, 403 where it is known and has not the scope, 503 where it cannot be found out now.</summary>
internal sealed class AccessReplies(Access access) : IAuthorizationMiddlewareResultHandler
{
    private const string Bearer = "Bearer realm=\"ResNetService\"";

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
            return next(context);
        var scope = policy.Requirements.OfType<ScopeRequirement>().First().Scope;
        return authorizeResult.Challenged && !access.IsOpen ? ChallengeAsync(context) : ForbidAsync(context, scope);
    }

    private static async Task ChallengeAsync(HttpContext context)
    {
        // Known since the request came in; asked again, the handler says the same.
        var failure = (await context.AuthenticateAsync()).Failure;
        if (failure is InvalidOperationException)
        {
            await Refusal.WriteAsync(context, new(ProblemKind.IdentityUnavailable, "The token cannot be checked now: the identity provider does not say its keys.", FirstKeys.Pause));
            return;
        }

        context.Response.Headers.WWWAuthenticate = failure is null ? Bearer : $"{Bearer}, error=\"invalid_token\"";
        await Refusal.WriteAsync(context, new(ProblemKind.Unauthenticated, failure is null
            ? $"This service asks who calls: send a key or a token as 'Authorization: Bearer <it>', or a key as '{Credentials.KeyHeader}: <it>'."
            : TokenAuthentication.Describe(failure)));
    }

    private Task ForbidAsync(HttpContext context, string scope)
    {
        if (!access.IsOpen)
            context.Response.Headers.WWWAuthenticate = $"{Bearer}, error=\"insufficient_scope\", scope=\"{scope}\"";
        return Refusal.WriteAsync(context, new(ProblemKind.Forbidden, access.IsOpen
            ? $"This needs a key with the scope '{scope}', and the service has no keys: its operator makes one with 'dotnet ResNetService.Api.dll apikey --name {scope} --scope {scope}'."
            : $"This needs the scope '{scope}'; '{context.User.Identity!.Name}' has {Told(context.User)}."));
    }

    private static string Told(ClaimsPrincipal user) =>
        Scopes.All.Where(user.HasScope).Select(scope => $"'{scope}'").ToArray() is { Length: > 0 } scopes ? $"{string.Join(" and ", scopes)} alone" : "none";
}
