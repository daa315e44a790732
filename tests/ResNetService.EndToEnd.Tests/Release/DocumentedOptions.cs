using System.Text.RegularExpressions;

namespace ResNetService.EndToEnd.Tests.Release;

/// <summary>The service's options, as docs/configuration.md has them, which a test compares with the code.</summary>
internal static partial class DocumentedOptions
{
    private static readonly Dictionary<string, string> Defaults =
        Rows().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md"))).ToDictionary(row => row.Groups["name"].Value, row => row.Groups["default"].Value);

    public static IReadOnlyCollection<string> Names => Defaults.Keys;

    public static string DefaultOf(string name) => Defaults[name];

    [GeneratedRegex(@"^\| `(?<name>[\w:…]+)` \| `?(?<default>[^`|]*)", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
