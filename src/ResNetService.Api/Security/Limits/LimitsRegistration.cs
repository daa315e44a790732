using Microsoft.AspNetCore.RateLimiting;

namespace ResNetService.Api.Security.Limits;

internal static class LimitsRegistration
{
    public static void AddClientLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<ClientLimits>();
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<ClientLimits>((limiter, limits) =>
        {
            limiter.GlobalLimiter = limits.Requests?.Limiter;
            limiter.OnRejected = (rejected, _) => new(Refusal.WriteAsync(rejected.HttpContext, ClientLimits.RefusedRequest(rejected.Lease)));
        });
    }

    /// <summary>After the caller is known, and before it is refused: whoever tries keys is counted by its address.</summary>
    public static void UseClientLimits(this WebApplication app)
    {
        app.Use((context, next) => context.RequestServices.GetRequiredService<ClientLimits>().TellAsync(context, next));
        app.UseRateLimiter();
    }
}
