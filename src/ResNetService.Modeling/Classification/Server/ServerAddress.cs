namespace ResNetService.Modeling.Classification.Server;

/// <summary>Where a service is.</summary>
internal static class ServerAddress
{
    public const string Form = "an address such as http://localhost:8080, without a name, a query or a fragment";

    /// <summary>A path is kept: a service may lie below one.</summary>
    /// <returns>With a slash at its end; null where it is no such address.</returns>
    public static Uri? Parse(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
        && url.UserInfo.Length + url.Query.Length + url.Fragment.Length == 0
            ? new(url.AbsoluteUri.TrimEnd('/') + "/")
            : null;
}
