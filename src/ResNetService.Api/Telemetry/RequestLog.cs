using ResNetService.Api.Health;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace ResNetService.Api.Telemetry;

/// <summary>One line a request: method, path, status, time. Neither bodies nor queries nor headers are logged.</summary>
internal static class RequestLog
{
    public static void AddLog(this WebApplicationBuilder builder) =>
        builder.Services.AddSerilog((_, log) => Configure(log, builder.Configuration), preserveStaticLogger: true);

    public static void UseRequestLog(this WebApplication app) => app.UseSerilogRequestLogging(options =>
    {
        options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
        options.GetLevel = LevelOf;
    });

    private static void Configure(LoggerConfiguration log, ConfigurationManager configuration)
    {
        log.MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning)
            .ReadFrom.Configuration(configuration)
            .Enrich.FromLogContext();
        if (configuration.GetValue("DOTNET_RUNNING_IN_CONTAINER", defaultValue: false))
            log.WriteTo.Console(new RenderedCompactJsonFormatter());
        else
            log.WriteTo.Console(formatProvider: System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Probes come every few seconds and say nothing while they succeed.</summary>
    internal static LogEventLevel LevelOf(HttpContext context, double elapsedMilliseconds, Exception? exception) => context.Response.StatusCode switch
    {
        >= 500 when context.Request.Path == HealthEndpoint.ReadyPath => LogEventLevel.Debug,
        >= 500 => LogEventLevel.Error,
        _ when exception is not null => LogEventLevel.Error,
        _ when context.Request.Path.StartsWithSegments("/health") => LogEventLevel.Debug,
        _ => LogEventLevel.Information,
    };
}
