using Microsoft.Extensions.Primitives;

namespace ResNetService.Api.Security.Browsers;

/// <summary>What every reply tells a browser. A route that needs something else has set it by then.</summary>
internal static class SecurityHeaders
{
    /// <summary>A reply of the API is no page: it may load nothing and be framed nowhere.</summary>
    private const string NoPage = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Swagger's page has its script and styles in files, sets styles in its elements, and has its pictures in its styles.</summary>
    private const string Swagger =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // At the end, so that an error does not take them away.
        context.Response.OnStarting(() =>
        {
            Set(context);
            return Task.CompletedTask;
        });
        return next(context);
    });

    private static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        SetDefault(headers, "Content-Security-Policy", context.Request.Path.StartsWithSegments("/swagger") ? Swagger : NoPage);
        SetDefault(headers, "Referrer-Policy", "no-referrer");
        SetDefault(headers, "Permissions-Policy", "camera=(), microphone=(), geolocation=()");
        SetDefault(headers, "Cross-Origin-Opener-Policy", "same-origin");
        SetDefault(headers, "Cross-Origin-Resource-Policy", "same-origin");
        // Answers are about somebody's photographs, and what is true of the models now may not be in a minute. What has a tag may be asked after.
        SetDefault(headers, "Cache-Control", headers.ContainsKey("ETag") ? "private, no-cache" : "no-store");
    }

    private static void SetDefault(IHeaderDictionary headers, string name, StringValues value)
    {
        if (!headers.ContainsKey(name))
            headers[name] = value;
    }
}
