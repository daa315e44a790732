using System.Globalization;

namespace ResNetService.Modeling.Experiments;

/// <summary>Writes tables of numbers and names; a name holds no comma. Numbers are written to the last bit, what is no number as <c>NaN</c>.</summary>
internal static class CsvFile
{
    /// <summary>Rewrites the file whole, under another name at first.</summary>
    public static void Write(string path, string header, IEnumerable<object[]> rows) =>
        WholeFile.Write(path, string.Concat(rows.Select(row => string.Join(',', row.Select(Text))).Prepend(header).Select(line => line + "\n")));

    private static string Text(object value) => value switch
    {
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}

internal static class WholeFile
{
    /// <summary>Writes under another name and renames, so that the path never holds half a file.</summary>
    public static void Write(string path, string content)
    {
        var partial = path + ".part";
        File.WriteAllText(partial, content);
        File.Move(partial, path, overwrite: true);
    }
}
