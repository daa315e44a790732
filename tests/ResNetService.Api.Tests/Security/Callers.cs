using ResNetService.Api.Security.Keys;

namespace ResNetService.Api.Tests.Security;

/// <summary>Keys for tests, what the configuration keeps of them, and requests that bring them.</summary>
internal static class Callers
{
    public static string Classifier { get; } = KeyText.Make();

    public static string Administrator { get; } = KeyText.Make();

    /// <summary>Both keys, each with one scope.</summary>
    public static Dictionary<string, string> Settings => new(
        [.. Entry("reader", Classifier, "classify"), .. Entry("operator", Administrator, "admin")]);

    public static IEnumerable<KeyValuePair<string, string>> Entry(string name, string key, string scopes) =>
    [
        new($"Security:Keys:{name}:Hash", KeyHash.Of(key).ToString()),
        new($"Security:Keys:{name}:Scopes", scopes),
    ];

    /// <summary>Such a file as <c>Security:KeysFile</c> names.</summary>
    public static string File(string name, string key, string scopes) => $$"""{ "{{name}}": { "Hash": "{{KeyHash.Of(key)}}", "Scopes": "{{scopes}}" } }""";

    public static async Task<HttpResponseMessage> AskAsync(this HttpClient client, string method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        if (method == "POST")
            request.Content = Replies.Raw(Replies.Red);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static (string Name, string Value) Bearer(string credentials) => ("Authorization", $"Bearer {credentials}");

    public static string? Header(this HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
