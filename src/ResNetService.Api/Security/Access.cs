using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ResNetService.Api.Security.Keys;
using ResNetService.Api.Security.Tokens;

namespace ResNetService.Api.Security;

/// <summary>Whether the service asks who calls.</summary>
internal sealed class Access(ApiKeys keys, IOptions<TokenOptions> tokens, ILogger<Access> logger)
{
    /// <summary>Neither keys nor tokens are configured: everybody may classify. Nobody may administer.</summary>
    public bool IsOpen => keys.Current.Count == 0 && !tokens.Value.IsConfigured;

    /// <summary>Once it has started: an operator who has forgotten the keys learns it here.</summary>
    public void Tell()
    {
        if (IsOpen)
            logger.OpenToAll();
        else
            logger.CallersAsked(keys.Current.Count, tokens.Value.IsConfigured ? "taken" : "not taken");
    }
}

internal sealed record ScopeRequirement(string Scope) : IAuthorizationRequirement;

internal sealed class ScopeHandler(Access access) : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (context.User.HasScope(requirement.Scope) || (requirement.Scope == Scopes.Classify && (access.IsOpen || HasNoRoute(context))))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }

    /// <summary>What no route answers is no secret: it is 404, or a file of Swagger's.</summary>
    private static bool HasNoRoute(AuthorizationHandlerContext context) => context.Resource is HttpContext http && http.GetEndpoint() is null;
}
