using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using ResNetService.Api.Health;
using ResNetService.Api.Hosting;
using ResNetService.Inference.Telemetry;

namespace ResNetService.Api.Telemetry;

/// <summary>What is collected, and to whom it is given. The code that measures knows nothing of this: it has the runtime's own meters and activities.</summary>
internal static class TelemetryRegistration
{
    private const string ServiceName = "resnet-service";

    /// <summary>OpenTelemetry's own; with the others of that kind, it is the SDK that reads them.</summary>
    private const string StandardEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section);
        services.AddOptionsWithValidateOnStart<OtlpOptions>().BindConfiguration(OtlpOptions.Section);
        services.AddSingleton<IValidateOptions<OtlpOptions>, OtlpOptionsValidator>();
        services.AddSingleton<ServiceMeter>();
        services.AddHostedService(provider => provider.GetRequiredService<ServiceMeter>());
        services.AddSingleton<Readiness>();

        // Read without validation, which reports a fault together with all others.
        var otlp = builder.Configuration.GetSection(OtlpOptions.Section).Get<OtlpOptions>() ?? new();
        var ownEndpoint = OtlpOptionsValidator.TryParse(otlp.Endpoint ?? "", out var endpoint);
        var exports = ownEndpoint || !string.IsNullOrWhiteSpace(builder.Configuration[StandardEndpoint]);
        builder.AddLog(alsoExported: exports);
        if (!exports && !HasMetricsPage(builder.Configuration))
            return;

        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: Release.Version));
        telemetry.WithMetrics(metrics => AddMetrics(metrics, HasMetricsPage(builder.Configuration)));
        if (!exports)
            return;
        telemetry.WithTracing(AddTraces);
        telemetry.WithLogging(null, log => log.IncludeFormattedMessage = true);
        services.AddHostedService<LastExport>();
        if (ownEndpoint)
            telemetry.UseOtlpExporter(otlp.Protocol == OtlpTransport.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf, endpoint!);
        else
            telemetry.UseOtlpExporter();
    }

    /// <summary>Whether Prometheus may come.</summary>
    internal static bool HasMetricsPage(IConfiguration configuration) =>
        configuration.GetValue($"{TelemetryOptions.Section}:{nameof(TelemetryOptions.Prometheus)}", defaultValue: true);

    private static void AddMetrics(MeterProviderBuilder metrics, bool page)
    {
        metrics.AddMeter(InferenceMeter.Name, ServiceMeter.Name, "ResNetService.Cache")
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting", "System.Runtime")
            .AddProcessInstrumentation()
            // The process's instruments have them too, with the number of threads and of open files.
            .AddView("dotnet.process.cpu.time", MetricStreamConfiguration.Drop)
            .AddView("dotnet.process.memory.working_set", MetricStreamConfiguration.Drop)
            .SetExemplarFilter(ExemplarFilterType.TraceBased);
        if (page)
            metrics.AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false);
    }

    private static void AddTraces(TracerProviderBuilder traces) => traces
        .AddSource(InferenceTracing.SourceName)
        .AddAspNetCoreInstrumentation(web => web.Filter = context => !RequestLog.IsProbe(context.Request));
}
