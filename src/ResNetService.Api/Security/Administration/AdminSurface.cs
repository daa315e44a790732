namespace ResNetService.Api.Security.Administration;

/// <summary>How a route says that it is one of administration.</summary>
internal static class AdminSurface
{
    public static void AddAdminAddress(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<AdminOptions>().BindConfiguration(AdminOptions.Section);
        builder.Services.AddSingleton<Microsoft.Extensions.Options.IValidateOptions<AdminOptions>, AdminOptionsValidator>();
        builder.Services.AddSingleton<AdminAddress>();
        Hosting.AddedAddressRegistration.AddAddressOf<AdminAddress>(builder.Services);
    }

    /// <summary>It needs the scope <c>admin</c>, also where no keys are configured, and answers at <c>Admin:Url</c> alone where that is set.</summary>
    public static TBuilder RequireAdmin<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.RequireAuthorization(Scopes.Admin).AtAdminAddress();

    /// <summary>It answers at <c>Admin:Url</c> alone where that is set, and asks for nothing more.</summary>
    public static TBuilder AtAdminAddress<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(RoutePlace.Administration);

    /// <summary>It answers at the addresses of the service and at <c>Admin:Url</c>.</summary>
    public static TBuilder AtEveryAddress<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(RoutePlace.Everywhere);
}
