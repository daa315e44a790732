using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using ResNetService.Api.OpenInference.Rest;

namespace ResNetService.Api.Security.Browsers;

internal static class ForeignPages
{
    /// <summary>Headers of answers that a page may read.</summary>
    private static readonly string[] Readable = ["ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "WWW-Authenticate", InferenceHeader.Name];

    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(1);

    public static void AddForeignPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<OriginOptions>().BindConfiguration(OriginOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<OriginOptions>, OriginOptionsValidator>();
        builder.Services.AddCors();
        // Without a policy the middleware allows nothing.
        builder.Services.AddOptions<CorsOptions>().Configure<IOptions<OriginOptions>>((cors, origins) =>
        {
            if (origins.Value.Origins is { Count: > 0 } allowed)
                cors.AddDefaultPolicy(policy => policy.WithOrigins([.. allowed]).WithMethods("GET", "HEAD", "POST").AllowAnyHeader().WithExposedHeaders(Readable).SetPreflightMaxAge(PreflightAge));
        });
    }
}
