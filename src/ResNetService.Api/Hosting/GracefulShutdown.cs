using Microsoft.Extensions.Options;

namespace ResNetService.Api.Hosting;

/// <summary>Readiness is withdrawn, the grace period passes, then the listener closes and requests in flight end.</summary>
internal sealed class GracefulShutdown(IOptions<ShutdownOptions> options, TimeProvider time) : IHostedLifecycleService
{
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.Delay(options.Value.GracePeriod, time, cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class GracefulShutdownRegistration
{
    public static void AddGracefulShutdown(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<ShutdownOptions>().BindConfiguration(ShutdownOptions.Section).ValidateDataAnnotations();
        // Read without validation: the host wants this while it is built, and a fault is to be reported together with all others.
        builder.Services.AddOptions<HostOptions>().Configure<IConfiguration>((host, configuration) =>
            host.ShutdownTimeout = TotalTime(configuration.GetSection(ShutdownOptions.Section).Get<ShutdownOptions>() ?? new()));
        builder.Services.AddHostedService<GracefulShutdown>();
    }

    private static TimeSpan TotalTime(ShutdownOptions shutdown) => shutdown.GracePeriod + shutdown.Timeout;
}
