namespace ResNetService.Api.Telemetry;

internal static class MetricsEndpoint
{
    public const string Path = "/metrics";

    /// <summary>Where Prometheus comes to, as text or OpenMetrics, whichever it asks for.</summary>
    public static void MapMetrics(this WebApplication app)
    {
        if (TelemetryRegistration.HasMetricsPage(app.Configuration))
            app.MapPrometheusScrapingEndpoint(Path).DisableHttpMetrics();
    }
}
