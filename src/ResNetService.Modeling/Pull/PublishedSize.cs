using System.Globalization;
using System.Text.RegularExpressions;

namespace ResNetService.Modeling.Pull;

/// <summary>The size of a file as people publish it, <c>97.79 MiB</c>, and the bytes that are rounded to that.</summary>
/// <param name="Min">The fewest bytes.</param>
/// <param name="Max">The most bytes.</param>
internal sealed partial record PublishedSize(string Text, long Min, long Max)
{
    /// <summary>How it is written: torchvision gives MiB, Hugging Face MB of a million bytes.</summary>
    public const string Form = "a size such as \"97.79 MiB\", \"102 MB\" or \"1048576 bytes\"";

    public static PublishedSize? Parse(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match)
            return null;

        var unit = match.Groups["unit"].Value switch { "MiB" => 1 << 20, "MB" => 1_000_000, _ => 1 };
        var number = decimal.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        var half = unit == 1 ? 0 : 0.5m * new decimal(1, 0, 0, false, (byte)match.Groups["decimals"].Length);
        return new(text, (long)decimal.Ceiling((number - half) * unit), (long)decimal.Floor((number + half) * unit));
    }

    public bool Covers(long bytes) => bytes >= Min && bytes <= Max;

    public override string ToString() => Text;

    /// <summary>Nine digits at most: more than any file of weights, and no overflow.</summary>
    [GeneratedRegex(@"\A(?:(?<number>[0-9]{1,6}(?:\.(?<decimals>[0-9]{1,3}))?) (?<unit>MiB|MB)|(?<number>[0-9]{1,12}) (?<unit>bytes))\z")]
    private static partial Regex Pattern();
}
