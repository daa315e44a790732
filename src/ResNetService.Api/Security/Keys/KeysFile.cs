namespace ResNetService.Api.Security.Keys;

/// <summary>The file of <c>Security:KeysFile</c>: a JSON object of keys by name, as <c>Security:Keys</c> has them.</summary>
internal static class KeysFile
{
    private const int MostBytes = 1_000_000;

    /// <returns>Null where it cannot be read; then there is a fault.</returns>
    public static string? Read(string path, List<string> faults)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes)
                throw new InvalidDataException($"it has more than {MostBytes} bytes");
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            faults.Add($"Security:KeysFile '{path}' cannot be read: {e.Message}");
            return null;
        }
    }

    public static IEnumerable<(string Place, string Name, ApiKeyOptions Key)> Parse(string path, string text, List<string> faults)
    {
        try
        {
            using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
            var keys = new ConfigurationBuilder().AddJsonStream(stream).Build().Get<Dictionary<string, ApiKeyOptions>>(binder => binder.ErrorOnUnknownConfiguration = true);
            return (keys ?? []).Select(key => (path, key.Key, key.Value ?? new()));
        }
        // The parser's own words may repeat what is in the file.
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or FormatException or System.Text.Json.JsonException)
        {
            faults.Add($$"""Security:KeysFile '{{path}}' is no JSON of keys; it would be right as { "name": { "Hash": "{{KeyHash.Shape}}", "Scopes": "classify" } }.""");
            return [];
        }
    }
}
