using System.Globalization;
using ResNetService.Api.Security;
using ResNetService.Api.Security.Keys;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace ResNetService.Api.Telemetry;

/// <summary>One line a request: method, path, status, time, and whose key or token it brought. Neither bodies nor queries nor headers are logged.</summary>
internal static class RequestLog
{
    /// <summary>With the trace id, by which a caller's error is found.</summary>
    private const string Line = "[{Timestamp:HH:mm:ss} {Level:u3}] {Message:lj} {TraceId}{NewLine}{Exception}";

    private const string Message = "HTTP {RequestMethod} {RequestPath} responded {StatusCode} in {Elapsed:0.0000} ms to {Caller}";

    /// <param name="alsoExported">Whether what is logged goes to OpenTelemetry too.</param>
    public static void AddLog(this WebApplicationBuilder builder, bool alsoExported)
    {
        // Those of the framework would write every line once more.
        builder.Logging.ClearProviders();
        builder.Services.AddSerilog((_, log) => Configure(log, builder.Configuration), preserveStaticLogger: true, writeToProviders: alsoExported);
    }

    public static void UseRequestLog(this WebApplication app) => app.UseSerilogRequestLogging(options =>
    {
        options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
        options.GetLevel = LevelOf;
        options.MessageTemplate = Message;
        options.GetMessageTemplateProperties = PropertiesOf;
    });

    private static void Configure(LoggerConfiguration log, ConfigurationManager configuration)
    {
        log.MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning)
            // Errors of callers, each with a line of its own.
            .MinimumLevel.Override("Grpc", LogEventLevel.Warning)
            .MinimumLevel.Override(typeof(ApiKeyHandler).FullName!, LogEventLevel.Warning)
            // Two errors an image while Redis is away, which is said once.
            .MinimumLevel.Override("Microsoft.Extensions.Caching.Hybrid", LogEventLevel.Fatal)
            // What keeps the service from starting is said once, by Startup.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
            .Filter.ByExcluding(IsFailedDrain)
            .ReadFrom.Configuration(configuration)
            .Enrich.FromLogContext();
        if (configuration.GetValue("DOTNET_RUNNING_IN_CONTAINER", defaultValue: false))
            log.WriteTo.Console(new RenderedCompactJsonFormatter());
        else
            log.WriteTo.Console(outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// A body whose deadline is over is read no further. Kestrel would read the rest before it closes the connection, cannot where a read was given up,
    /// and calls that an error, with a stack trace. So a caller could fill the log by sending half of what it announced.
    /// </summary>
    private static bool IsFailedDrain(LogEvent entry) =>
        entry.MessageTemplate.Text.EndsWith("automatic draining of the request body failed because the body reader is in an invalid state.", StringComparison.Ordinal);

    private static IEnumerable<LogEventProperty> PropertiesOf(HttpContext context, string path, double elapsedMilliseconds, int status) =>
    [
        new("RequestMethod", new ScalarValue(context.Request.Method)),
        new("RequestPath", new ScalarValue(OneLine(path))),
        new("StatusCode", new ScalarValue(status)),
        new("Elapsed", new ScalarValue(elapsedMilliseconds)),
        new("Caller", new ScalarValue(OneLine(Caller.NameOf(context) ?? "anybody"))),
    ];

    /// <summary>A caller writes its path, and with a line break in it would write lines of the log, with marks of direction turn them round.</summary>
    private static string OneLine(string text) => text.Any(IsUnseen) ? Uri.EscapeDataString(text) : text;

    private static bool IsUnseen(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>Probes come every few seconds and say nothing while they succeed.</summary>
    internal static LogEventLevel LevelOf(HttpContext context, double elapsedMilliseconds, Exception? exception) => context.Response.StatusCode switch
    {
        StatusCodes.Status503ServiceUnavailable when IsProbe(context.Request) => LogEventLevel.Debug,
        // The caller says how long it waits.
        StatusCodes.Status504GatewayTimeout => LogEventLevel.Warning,
        >= 500 => LogEventLevel.Error,
        _ when exception is not null => LogEventLevel.Error,
        _ when IsProbe(context.Request) => LogEventLevel.Debug,
        _ => LogEventLevel.Information,
    };

    internal static bool IsProbe(HttpRequest request) =>
        request.Path.StartsWithSegments("/health") || request.Path.StartsWithSegments("/v2/health") || request.Path.StartsWithSegments(MetricsEndpoint.Path);
}
