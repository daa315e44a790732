using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace ResNetService.Api.Security;

internal static class KnownProxies
{
    /// <summary>
    /// After whatever else configures it: ASP.NET Core's own switch (<c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c>) believes everybody, and so does an
    /// empty list of proxies.
    /// </summary>
    public static void AddKnownProxies(this WebApplicationBuilder builder) =>
        builder.Services.AddOptions<ForwardedHeadersOptions>().PostConfigure<IOptions<SecurityOptions>>((forwarded, security) =>
        {
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in security.Value.Proxies ?? [])
            {
                if (IPAddress.TryParse(proxy, out var address))
                    forwarded.KnownProxies.Add(address);
                else
                    forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }

            forwarded.ForwardedHeaders = security.Value.Proxies is { Count: > 0 } ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto : ForwardedHeaders.None;
            // As many as there are: each must be a known one.
            forwarded.ForwardLimit = null;
        });
}
