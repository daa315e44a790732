using Microsoft.AspNetCore.Http.Features;

namespace ResNetService.Api.Security;

/// <summary>Who calls, for those who look into the log and the traces. Metrics do not have it: each caller would be a series of its own.</summary>
internal static class Caller
{
    /// <summary>By OpenTelemetry's conventions.</summary>
    public const string Tag = "enduser.id";

    /// <summary>The name of the key, or whom the token names; null for a stranger.</summary>
    public static string? NameOf(HttpContext context) => context.User.Identity is { IsAuthenticated: true } caller ? caller.Name : null;

    public static void UseCallerNames(this WebApplication app) => app.Use((context, next) =>
    {
        if (NameOf(context) is { } name)
            context.Features.Get<IHttpActivityFeature>()?.Activity.SetTag(Tag, name);
        return next(context);
    });
}
