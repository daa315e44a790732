using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using ResNetService.Api.Hosting;

namespace ResNetService.Api.Security.Administration;

/// <summary>The address of administration. Connections that come in there carry its mark, which no header of a request can forge.</summary>
internal sealed class AdminAddress(IOptions<AdminOptions> options, IConfiguration configuration) : IAddedAddress
{
    public AddedAddress? Address => IsSet ? new(options.Value.Url!, KestrelEndpoints.Of(configuration).Count == 0, listen => listen.Use(Marked)) : null;

    public bool IsSet => !string.IsNullOrWhiteSpace(options.Value.Url);

    /// <summary>404 where an address does not have the route.</summary>
    public Task KeepApartAsync(HttpContext context, RequestDelegate next)
    {
        var place = context.GetEndpoint()?.Metadata.GetMetadata<RoutePlace>();
        if (!IsSet || place == RoutePlace.Everywhere || context.Features.Get<Mark>() is not null == (place == RoutePlace.Administration))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static ConnectionDelegate Marked(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(new Mark());
        return next(connection);
    };

    private sealed class Mark;
}

/// <summary>Of a route that is not at the addresses of the service alone.</summary>
internal sealed class RoutePlace
{
    public static readonly RoutePlace Administration = new();
    public static readonly RoutePlace Everywhere = new();

    private RoutePlace()
    {
    }
}
