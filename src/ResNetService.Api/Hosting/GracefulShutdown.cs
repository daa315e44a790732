using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace ResNetService.Api.Hosting;

/// <summary>Readiness is withdrawn, the grace period passes, then nobody new is let in and requests in flight end.</summary>
internal sealed class GracefulShutdown(IOptions<ShutdownOptions> options, ListenSockets sockets, TimeProvider time) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(options.Value.GracePeriod, time, cancellationToken);
        await sockets.CloseAsync(cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>
/// Tells callers, from the stop signal on, that a connection ends with its answer. Else they would send the next request on it, perhaps in the very
/// moment in which the server closes it, and not know whether it was taken. HTTP/2 has a message of its own for this, which Kestrel sends.
/// </summary>
internal sealed class LastAnswers(IHostApplicationLifetime lifetime) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(MarkLast);
        next(app);
    };

    private Task MarkLast(HttpContext context, RequestDelegate next)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
            context.Response.OnStarting(CloseAsync, context.Response);
        return next(context);
    }

    private Task CloseAsync(object response)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            ((HttpResponse)response).Headers.Connection = "close";
        return Task.CompletedTask;
    }
}

internal static class GracefulShutdownRegistration
{
    public static void AddGracefulShutdown(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<ShutdownOptions>().BindConfiguration(ShutdownOptions.Section).ValidateDataAnnotations();
        // Read without validation: the host wants this while it is built, and a fault is to be reported together with all others.
        builder.Services.AddOptions<HostOptions>().Configure<IConfiguration>((host, configuration) =>
            host.ShutdownTimeout = (configuration.GetSection(ShutdownOptions.Section).Get<ShutdownOptions>() ?? new()).Whole);
        builder.Services.AddSingleton<ListenSockets>();
        builder.Services.AddOptions<SocketTransportOptions>().Configure<ListenSockets>((transport, sockets) => transport.CreateBoundListenSocket = sockets.Bind);
        builder.Services.AddHostedService<GracefulShutdown>();
        builder.Services.AddTransient<IStartupFilter, LastAnswers>();
    }
}
