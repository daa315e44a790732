using ResNetService.Api.Health;
using ResNetService.Api.Security.Administration;
using ResNetService.Api.Stats;

namespace ResNetService.Api.Telemetry;

internal static class MetricsEndpoint
{
    public const string Path = "/metrics";

    /// <summary>How the service says how it is: to probes, to Prometheus, and to the page.</summary>
    public static void MapTelemetry(this WebApplication app)
    {
        app.MapHealth();
        app.MapMetrics();
        app.MapStats();
    }

    /// <summary>Where Prometheus comes to, as text or OpenMetrics, whichever it asks for.</summary>
    private static void MapMetrics(this WebApplication app)
    {
        if (TelemetryRegistration.HasMetricsPage(app.Configuration))
            app.MapPrometheusScrapingEndpoint(Path, meterProvider: null, branch => branch.Use(WriteToMemoryAsync), optionsName: null).DisableHttpMetrics().AllowAnonymous().AtAdminAddress();
    }

    /// <summary>The exporter collects for nobody else while it writes: a caller that does not read what it asked for would keep Prometheus out.</summary>
    private static async Task WriteToMemoryAsync(HttpContext context, RequestDelegate export)
    {
        var body = context.Response.Body;
        using var memory = new MemoryStream();
        context.Response.Body = memory;
        try
        {
            await export(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        context.Response.ContentLength = memory.Length;
        await body.WriteAsync(memory.GetBuffer().AsMemory(0, (int)memory.Length), context.RequestAborted);
    }
}
