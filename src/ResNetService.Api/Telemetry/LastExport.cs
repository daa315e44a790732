using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ResNetService.Api.Telemetry;

/// <summary>Sends what is left when the service has ended, all signals at once: a collector that does not answer must not hold up an end that has a limit.</summary>
internal sealed class LastExport(TracerProvider traces, MeterProvider metrics, LoggerProvider logs) : IHostedLifecycleService
{
    /// <summary>Disposed one after the other, they would take 5 s each.</summary>
    private const int Milliseconds = 2000;

    /// <summary>After all others, of which this is registered before.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Task.Run(() => traces.Shutdown(Milliseconds), CancellationToken.None),
        Task.Run(() => metrics.Shutdown(Milliseconds), CancellationToken.None),
        Task.Run(() => logs.Shutdown(Milliseconds), CancellationToken.None));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
