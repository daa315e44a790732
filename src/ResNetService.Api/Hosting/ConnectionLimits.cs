using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using ResNetService.Api.Uploads;

namespace ResNetService.Api.Hosting;

internal static class ConnectionLimits
{
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Requests at once on a connection of HTTP/2, each of which may have a body of its own.</summary>
    private const int MaxStreams = 16;

    /// <summary>A slower body holds memory for what it has sent: it is ended after the grace period.</summary>
    public static MinDataRate SlowestBody { get; } = new(bytesPerSecond: 1000, gracePeriod: TimeSpan.FromSeconds(10));

    public static void AddConnectionLimits(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = SlowestBody;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
            kestrel.Limits.KeepAliveTimeout = IdleTimeout;
            kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreams;
        });
        builder.Services.AddTransient<IStartupFilter, ConfiguredLimits>();
    }

    /// <summary>Kestrel is made while the application is built; options are validated after that and before this.</summary>
    private sealed class ConfiguredLimits(IOptions<RequestOptions> requests, IOptions<KestrelServerOptions> kestrel) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
        {
            kestrel.Value.Limits.MaxRequestBodySize = requests.Value.MaxBytes;
            kestrel.Value.Limits.MaxConcurrentConnections = requests.Value.MaxConnections;
            return next;
        }
    }
}
