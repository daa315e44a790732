using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ResNetService.Api.Security.Administration;
using ResNetService.Api.Security.Browsers;
using ResNetService.Api.Security.Keys;
using ResNetService.Api.Security.Limits;
using ResNetService.Api.Security.Tokens;

namespace ResNetService.Api.Security;

/// <summary>Who may use the service, from where, and how much.</summary>
internal static class SecurityRegistration
{
    private const string KeyOrToken = "KeyOrToken";

    public static void AddSecurity(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<SecurityOptions>().BindConfiguration(SecurityOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<SecurityOptions>, SecurityOptionsValidator>();
        builder.Services.AddOptionsWithValidateOnStart<TokenOptions>().BindConfiguration(TokenOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<TokenOptions>, TokenOptionsValidator>();
        builder.AddCallers();
        builder.AddKnownProxies();
        builder.AddAdminAddress();
        builder.AddForeignPages();
        builder.AddClientLimits();
    }

    public static void UseSecurity(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseHsts();
        app.Use((context, next) => context.RequestServices.GetRequiredService<AdminAddress>().KeepApartAsync(context, next));
        app.UseCors();
        app.UseAuthentication();
        app.UseCallerNames();
        app.UseClientLimits();
        app.UseAuthorization();
        app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<Access>().Tell());
    }

    private static void AddCallers(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ApiKeys>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ApiKeys>());
        builder.Services.AddSingleton<Access>();
        // Read without validation, which reports a fault together with all others.
        var takesTokens = (builder.Configuration.GetSection(TokenOptions.Section).Get<TokenOptions>() ?? new()).IsConfigured;
        var authentication = builder.Services.AddAuthentication(KeyOrToken)
            .AddPolicyScheme(KeyOrToken, null, scheme => scheme.ForwardDefaultSelector = context =>
                takesTokens && Credentials.IsToken(context.Request) ? TokenAuthentication.SchemeName : ApiKeyHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        if (takesTokens)
            authentication.AddTokens();
        // ASP.NET Core adds it for cookies, which there are none of: it would write its keys into the home directory.
        foreach (var protection in builder.Services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Namespace == "Microsoft.AspNetCore.DataProtection.Internal").ToArray())
            builder.Services.Remove(protection);

        builder.Services.AddSingleton<IAuthorizationHandler, ScopeHandler>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessReplies>();
        builder.Services.AddAuthorization(authorization =>
        {
            foreach (var scope in Scopes.All)
                authorization.AddPolicy(scope, policy => policy.AddRequirements(new ScopeRequirement(scope)));
            // A route that says nothing is closed, so that none is forgotten.
            authorization.FallbackPolicy = authorization.GetPolicy(Scopes.Classify);
        });
    }
}
