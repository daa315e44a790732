using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace ResNetService.Api.OpenInference.Grpc;

/// <summary>
/// Adds the address of gRPC to those of the service, whichever way they were named, and has HTTP/2 spoken there. At the others a connection
/// without TLS is HTTP/1.1, one with TLS negotiates.
/// </summary>
internal sealed class GrpcAddress(IOptions<GrpcOptions> options, IOptions<KestrelServerOptions> kestrel) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
    {
        if (options.Value.Url is not { } url || !TryParse(url, out var endpoint))
            return next;
        kestrel.Value.ConfigureEndpointDefaults(listen =>
        {
            if (endpoint.Equals(listen.EndPoint))
                listen.Protocols = HttpProtocols.Http2;
        });
        return app =>
        {
            app.ServerFeatures.Get<IServerAddressesFeature>()?.Addresses.Add(url);
            next(app);
        };
    }

    /// <param name="endpoint">As Kestrel makes it of the address.</param>
    public static bool TryParse(string url, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        endpoint = null;
        try
        {
            var address = BindingAddress.Parse(url);
            if (address.Scheme != Uri.UriSchemeHttp || address.IsUnixPipe || address.IsNamedPipe || address.PathBase.Length > 0)
                return false;
            endpoint = new(Host(address.Host), address.Port);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private static IPAddress Host(string host) =>
        host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host.Trim('[', ']'), out var address) ? address : IPAddress.IPv6Any;
}
