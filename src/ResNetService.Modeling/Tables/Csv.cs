using System.Globalization;
using System.Text;

namespace ResNetService.Modeling.Tables;

/// <summary>Lines of comma-separated values (RFC 4180).</summary>
internal static class Csv
{
    /// <param name="fields">Numbers are written so that they read back the same, truth values in lower case; null is an empty field.</param>
    public static string Line(IEnumerable<object?> fields) => string.Join(',', fields.Select(Field));

    /// <summary>The fields of each record. A last one without a line end was not written to its end, and is left out.</summary>
    public static IEnumerable<string[]> Records(TextReader reader)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        for (int next; (next = reader.Read()) >= 0;)
        {
            switch ((char)next)
            {
                case '"' when isQuoted && reader.Peek() == '"':
                    field.Append((char)reader.Read());
                    break;
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case ',' when !isQuoted:
                    fields.Add(field.ToString());
                    field.Clear();
                    break;
                case '\r' when !isQuoted && reader.Peek() == '\n':
                    break;
                case '\n' when !isQuoted:
                    fields.Add(field.ToString());
                    field.Clear();
                    yield return [.. fields];
                    fields.Clear();
                    break;
                case var character:
                    field.Append(character);
                    break;
            }
        }
    }

    private static string Field(object? value)
    {
        var text = value is bool truth ? (truth ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
