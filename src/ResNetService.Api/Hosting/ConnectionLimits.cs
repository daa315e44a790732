using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using ResNetService.Api.Uploads;

namespace ResNetService.Api.Hosting;

internal static class ConnectionLimits
{
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Requests at once on a connection of HTTP/2, each of which may have a body of its own. Kestrel ends a connection that resets many more than these.</summary>
    private const int MaxStreams = 16;

    /// <summary>Of a head: who sends many more wants something else than an answer.</summary>
    private const int MaxHeaders = 100;

    /// <summary>Bytes of all headers of a head, in however many frames of HTTP/2 they come.</summary>
    private const int MaxHeaderBytes = 32 * 1024;

    /// <summary>Bytes of the first line, with the query in it.</summary>
    private const int MaxLineBytes = 8 * 1024;

    /// <summary>Bytes of a connection that were received and that nobody has read yet.</summary>
    private const int MaxUnreadBytes = 1024 * 1024;

    /// <summary>A slower body holds memory for what it has sent: it is ended after the grace period.</summary>
    public static MinDataRate SlowestBody { get; } = new(bytesPerSecond: 1000, gracePeriod: TimeSpan.FromSeconds(10));

    /// <summary>
    /// The connection is ended where what was written to it takes longer, and longer than the grace period. Kestrel allows a write what earlier ones
    /// left over of their time, so this alone lets a caller that has read much stand still for long: <see cref="AnswerTime"/> bounds the whole answer.
    /// </summary>
    private static readonly MinDataRate SlowestReader = new(bytesPerSecond: 50_000, gracePeriod: TimeSpan.FromSeconds(10));

    public static void AddConnectionLimits(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = SlowestBody;
            kestrel.Limits.MinResponseDataRate = SlowestReader;
            kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            kestrel.Limits.MaxRequestLineSize = MaxLineBytes;
            kestrel.Limits.MaxRequestBufferSize = MaxUnreadBytes;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
            kestrel.Limits.KeepAliveTimeout = IdleTimeout;
            kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreams;
            kestrel.Limits.Http2.InitialConnectionWindowSize = MaxUnreadBytes;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = MaxHeaderBytes;
        });
        builder.Services.AddTransient<IStartupFilter, ConfiguredLimits>();
        builder.Services.AddTransient<IStartupFilter, AnswerTime>();
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
