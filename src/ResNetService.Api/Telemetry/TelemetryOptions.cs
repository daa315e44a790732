using Microsoft.Extensions.Options;

namespace ResNetService.Api.Telemetry;

/// <summary>How the service can be watched. Configuration section <c>Telemetry</c>.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>Whether <c>GET /metrics</c> gives <see href="observability.md#metrics">all metrics</see> to Prometheus.</summary>
    public bool Prometheus { get; set; } = true;
}

/// <summary>Where telemetry is sent to. Configuration section <c>Telemetry:Otlp</c>.</summary>
internal sealed class OtlpOptions
{
    public const string Section = "Telemetry:Otlp";

    /// <summary>A collector that is sent <see href="observability.md#otlp">metrics, traces and logs</see> by OTLP: <c>http://collector:4317</c>. Nothing is sent where neither this nor OpenTelemetry's own <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
    /// <value>none, or that of <c>OTEL_EXPORTER_OTLP_ENDPOINT</c></value>
    public string? Endpoint { get; set; }

    /// <summary>What <c>Endpoint</c> speaks: gRPC, mostly at port 4317, or HTTP with Protocol Buffers, mostly at 4318.</summary>
    public OtlpTransport Protocol { get; set; }
}

internal enum OtlpTransport
{
    Grpc,
    HttpProtobuf,
}

internal sealed class OtlpOptionsValidator : IValidateOptions<OtlpOptions>
{
    public ValidateOptionsResult Validate(string? name, OtlpOptions options) =>
        string.IsNullOrEmpty(options.Endpoint) || TryParse(options.Endpoint, out _)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{OtlpOptions.Section}:Endpoint is no address of a collector; it would be right as http://host:4317, or https.");

    public static bool TryParse(string endpoint, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}
