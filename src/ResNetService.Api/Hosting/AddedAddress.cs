using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ResNetService.Api.Hosting;

/// <summary>An address that a part of the service listens at beside those of the service, whichever way they were named.</summary>
/// <param name="Url">As it is configured.</param>
/// <param name="IsAdded">Whether Kestrel does not listen there yet.</param>
/// <param name="Listen">What is special there.</param>
internal sealed record AddedAddress(string Url, bool IsAdded, Action<ListenOptions> Listen)
{
    /// <param name="endpoint">As Kestrel makes it of the address.</param>
    public static bool TryParse(string url, string[] schemes, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        endpoint = null;
        try
        {
            var address = BindingAddress.Parse(url);
            if (!schemes.Contains(address.Scheme) || address.IsUnixPipe || address.IsNamedPipe || address.PathBase.Length > 0)
                return false;
            endpoint = new(Host(address.Host), address.Port);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    /// <summary>Whether it is an address by the name of a machine, of which Kestrel makes every address that there is.</summary>
    public static bool IsByName(string url) =>
        BindingAddress.Parse(url).Host is var host && Host(host).Equals(IPAddress.IPv6Any) && host is not ("+" or "*" or "[::]");

    private static IPAddress Host(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback : IPAddress.TryParse(host.Trim('[', ']'), out var address) ? address : IPAddress.IPv6Any;
}

/// <summary>Tells Kestrel of them, which can be told of what is special at an address once alone.</summary>
internal sealed class AddedAddresses(IEnumerable<IAddedAddress> parts, Microsoft.Extensions.Options.IOptions<KestrelServerOptions> kestrel) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
    {
        AddedAddress[] addresses = [.. parts.Select(part => part.Address).OfType<AddedAddress>()];
        kestrel.Value.ConfigureEndpointDefaults(listen =>
        {
            foreach (var address in addresses)
            {
                if (AddedAddress.TryParse(address.Url, [Uri.UriSchemeHttp, Uri.UriSchemeHttps], out var endpoint) && endpoint.Equals(listen.EndPoint))
                    address.Listen(listen);
            }
        });
        return app =>
        {
            foreach (var address in addresses.Where(address => address.IsAdded))
                app.ServerFeatures.Get<IServerAddressesFeature>()?.Addresses.Add(address.Url);
            next(app);
        };
    }
}

/// <summary>A part of the service that may have an address of its own.</summary>
internal interface IAddedAddress
{
    /// <summary>Null where none is configured.</summary>
    AddedAddress? Address { get; }
}

internal static class AddedAddressRegistration
{
    public static void AddAddressOf<TPart>(this IServiceCollection services)
        where TPart : class, IAddedAddress
    {
        services.AddSingleton<IAddedAddress, TPart>();
        // Once, whoever asks first.
        if (services.All(service => service.ImplementationType != typeof(AddedAddresses)))
            services.AddTransient<IStartupFilter, AddedAddresses>();
    }
}
