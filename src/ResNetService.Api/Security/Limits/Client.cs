using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Authorization;

namespace ResNetService.Api.Security.Limits;

/// <summary>Whom a request is counted for.</summary>
internal static class Client
{
    /// <summary>Of the address of IPv6, whose other bits a machine, or a whole household, chooses as it likes.</summary>
    private const int NetworkBytes = 8;

    /// <summary>The owner of a key or token; else the address, which is the proxy's unless the proxy is known.</summary>
    public static string Of(HttpContext context) => context.User.Identity is { IsAuthenticated: true } caller
        ? $"{caller.AuthenticationType}:{caller.Name}"
        : $"address:{NetworkOf(context.Connection.RemoteIpAddress)}";

    /// <summary>What everybody may ask without a key is no work, and a probe must not be refused.</summary>
    public static bool IsCounted(HttpContext context) => context.GetEndpoint() is { } route && route.Metadata.GetMetadata<IAllowAnonymous>() is null;

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
