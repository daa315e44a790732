using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Authorization;

namespace ResNetService.Api.Security.Limits;

/// <summary>Of a route that tells how the service is, and is asked again and again: it takes nothing of what a client may ask.</summary>
internal sealed class Figures;

/// <summary>Whom a request is counted for.</summary>
internal static class Client
{
    /// <summary>Of the address of IPv6, whose other bits a machine, or a whole household, chooses as it likes.</summary>
    private const int NetworkBytes = 8;

    /// <summary>The owner of a key or token; else the address, which is the proxy's unless the proxy is known.</summary>
    public static string Of(HttpContext context) => context.User.Identity is { IsAuthenticated: true } caller
        ? $"{caller.AuthenticationType}:{caller.Name}"
        : $"address:{NetworkOf(context.Connection.RemoteIpAddress)}";

    /// <summary>
    /// What everybody may ask without a key is no work, and a probe must not be refused. Figures, which the page asks for each second, are no work either, but
    /// whoever asks for them without the key that they want may be trying keys.
    /// </summary>
    public static bool IsCounted(HttpContext context) =>
        context.GetEndpoint() is { Metadata: var route } && route.GetMetadata<IAllowAnonymous>() is null && !(route.GetMetadata<Figures>() is not null && IsKnown(context));

    private static bool IsKnown(HttpContext context) => context.User.Identity is { IsAuthenticated: true } || context.RequestServices.GetRequiredService<Access>().IsOpen;

    internal static string NetworkOf(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        if (address?.AddressFamily != AddressFamily.InterNetworkV6)
            return $"{address}";
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes..).Clear();
        return $"{new IPAddress(bytes)}/{8 * NetworkBytes}";
    }
}
