namespace ResNetService.Modeling.Pull;

/// <summary>A server that has the files of others under their own paths.</summary>
internal sealed class Mirror
{
    public const string Form = "an address such as https://mirror.example/weights, without a name, a query or a fragment";

    private readonly string _prefix;

    private Mirror(string prefix) => _prefix = prefix;

    /// <param name="address">https, or http where the way to the mirror is trusted.</param>
    /// <returns>Null where it is no such address.</returns>
    public static Mirror? Parse(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
        && url.UserInfo.Length + url.Query.Length + url.Fragment.Length == 0
            ? new(url.AbsoluteUri.TrimEnd('/'))
            : null;

    /// <summary>The mirror's own path, and behind it the published one.</summary>
    public Uri Of(Uri published) => new(_prefix + published.PathAndQuery);
}
