namespace ResNetService.Api.Hosting;

internal static class Listening
{
    /// <summary>Where the service listens, what a connection may do, and how it ends.</summary>
    public static void AddListening(this WebApplicationBuilder builder)
    {
        builder.AddDefaultAddress();
        builder.AddConnectionLimits();
        builder.AddGracefulShutdown();
        builder.Services.AddTransient<IStartupFilter, WholeReplies>();
    }
}
