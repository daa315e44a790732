using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ResNetService.Api.Tests.Document;

/// <summary>The table of all options, made of what the code says of them: names, defaults, limits and doc comments.</summary>
internal static partial class OptionsTable
{
    /// <param name="options">A section's name and its options as they are by default.</param>
    public static string Of(params IEnumerable<(string Section, object Defaults)> options) => string.Join(
        '\n', ["| setting | default | limits | meaning |", "|---|---|---|---|", .. options.SelectMany(o => Properties(o.Defaults).Select(property => Row(o.Section, o.Defaults, property)))]);

    private static PropertyInfo[] Properties(object options) => options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static string Row(string section, object defaults, PropertyInfo property)
    {
        var comment = Comment(property) ?? throw new InvalidOperationException($"{property.DeclaringType!.Name}.{property.Name} has no doc comment: say what it means and why it has a limit.");
        var summary = Text(comment.Element("summary")!);
        return $"| `{section}:{property.Name}{(property.GetValue(defaults) is IDictionary ? ":…" : "")}` | {Default(property.GetValue(defaults), comment.Element("value"))} | {Limits(property)} | {summary} |";
    }

    /// <summary>The value; where it stands for something else, or for nothing, what the comment says that it is.</summary>
    private static string Default(object? value, XElement? words) => (Written(value), words) switch
    {
        (null, null) => throw new InvalidOperationException("A default of null needs a <value> that says what it stands for."),
        (null, { } said) => Text(said),
        ({ } written, null) => $"`{written}`",
        ({ } written, { } said) => $"`{written}`: {Text(said)}",
    };

    private static string Limits(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            return $"{Number(range.Minimum)} to {Number(range.Maximum)}";
        return type.IsEnum ? string.Join(", ", Enum.GetNames(type).Select(name => $"`{name}`")) : type == typeof(bool) ? "`true`, `false`" : "";
    }

    private static string? Written(object? value) => value switch
    {
        null => null,
        bool truth => truth ? "true" : "false",
        // One setting for each key.
        IDictionary => null,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>Groups of three digits, from five digits on.</summary>
    private static string Number(object limit) => limit switch
    {
        // A range of longs is kept as doubles.
        >= (double)long.MaxValue => "any",
        int or double => Convert.ToDouble(limit, null) is var number and >= 10_000 ? number.ToString("N0", CultureInfo.InvariantCulture) : $"{limit}",
        _ => $"`{limit}`",
    };

    private static XElement? Comment(PropertyInfo property)
    {
        var assembly = property.DeclaringType!.Assembly.GetName().Name;
        return XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{assembly}.xml")).Descendants("member")
            .FirstOrDefault(member => (string?)member.Attribute("name") == $"P:{property.DeclaringType.FullName}.{property.Name}");
    }

    private static string Text(XElement element) => Spaces().Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value.Replace("|", "\\|", StringComparison.Ordinal),
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see when (string?)see.Attribute("href") is { } href => $"[{Text(see)}]({href})",
        XElement { Name.LocalName: "see" } see => $"`{((string)see.Attribute("cref")!).Split('.')[^1]}`",
        XElement other => Text(other),
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
