using System.Text;

namespace ResNetService.Api.Security.Keys;

/// <param name="Name">Under which its caller is counted and logged.</param>
internal sealed record ApiKey(string Name, KeyHash Hash, IReadOnlyList<string> Scopes);

/// <summary>The keys that are valid at a time.</summary>
internal sealed class ApiKeySet(IReadOnlyList<ApiKey> keys) : IEquatable<ApiKeySet>
{
    /// <summary>Every request with a key is compared with all of them.</summary>
    private const int Most = 1000;

    private const int LongestName = 100;

    public int Count => keys.Count;

    /// <summary>The key that this text is, compared with all of them, so that the time tells neither which nor whether.</summary>
    public ApiKey? Find(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        ApiKey? found = null;
        foreach (var key in keys)
        {
            var isIt = key.Hash.IsOf(bytes);
            found = isIt ? key : found;
        }

        return found;
    }

    public bool Equals(ApiKeySet? other) => other is not null && Told().SequenceEqual(other.Told());

    public override bool Equals(object? obj) => Equals(obj as ApiKeySet);

    public override int GetHashCode() => keys.Count;

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.';

    private IEnumerable<string> Told() => keys.Select(key => $"{key.Name} {key.Hash} {string.Join(' ', key.Scopes)}");

    /// <param name="configured">By name, from the configuration and from the file.</param>
    /// <param name="faults">Each says what is wrong and what would be right, and repeats no hash.</param>
    public static ApiKeySet Of(IEnumerable<(string Place, string Name, ApiKeyOptions Key)> configured, List<string> faults)
    {
        List<ApiKey> keys = [];
        foreach (var (place, name, key) in configured)
        {
            var before = faults.Count;
            if (name.Length is 0 or > LongestName || !name.All(IsPlain))
                faults.Add($"{place} has a key of the name '{name}'; 1 to {LongestName} letters, digits, '-', '_' and '.' would be right.");
            if (keys.Any(other => other.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                faults.Add($"{place}:{name} is named a second time; each key has a name of its own.");
            if (!KeyHash.TryParse(key.Hash, out var hash))
                faults.Add($"{place}:{name}:Hash is {(string.IsNullOrEmpty(key.Hash) ? "missing" : "no hash of a key")}; it would be right as {KeyHash.Shape}, which the command 'apikey' prints.");
            if (!Security.Scopes.TryParse(key.Scopes, out var scopes, out _) || scopes.Length == 0)
                faults.Add($"{place}:{name}:Scopes is '{key.Scopes}'; it would be right as '{Security.Scopes.Classify}', '{Security.Scopes.Admin}' or both with a space between.");
            if (faults.Count == before)
                keys.Add(new(name, hash!, scopes));
        }

        if (keys.Count > Most)
            faults.Add($"There are {keys.Count} keys; {Most} at most can be compared with in every request. Tokens (Security:Jwt) have no such limit.");
        return new(keys);
    }
}
