using System.Globalization;

namespace ResNetService.Modeling.Tables;

/// <summary>Lines of comma-separated values (RFC 4180).</summary>
internal static class Csv
{
    /// <param name="fields">Numbers are written so that they read back the same, truth values in lower case; null is an empty field.</param>
    public static string Line(IEnumerable<object?> fields) => string.Join(',', fields.Select(Field));

    private static string Field(object? value)
    {
        var text = value is bool truth ? (truth ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
