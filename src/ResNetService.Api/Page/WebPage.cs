using Microsoft.AspNetCore.Http.HttpResults;

namespace ResNetService.Api.Page;

/// <summary>The page at <c>/</c>, on which photographs are classified in a browser. It asks nothing of any other host.</summary>
internal static class WebPage
{
    /// <summary>Pictures may also be those that the page makes of a visitor's own files.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    public static void AddPage(this WebApplicationBuilder builder) =>
        // These files hold no secret that their compressed size could betray.
        builder.Services.AddResponseCompression(options => options.EnableForHttps = true);

    public static void MapPage(this WebApplication app)
    {
        app.UseWhen(IsOfThePage, page => page.UseResponseCompression());
        foreach (var file in PageFile.ReadAll())
        {
            app.MapMethods(file.Path, [HttpMethods.Get, HttpMethods.Head], (HttpContext context) => Reply(context, file))
                .WithMetadata(file).AllowAnonymous().ExcludeFromDescription();
        }
    }

    private static bool IsOfThePage(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<PageFile>() is not null;

    private static FileContentHttpResult Reply(HttpContext context, PageFile file)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.CacheControl = "no-cache";
        headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()";
        return TypedResults.Bytes(file.Content, file.ContentType, entityTag: file.Tag);
    }
}
