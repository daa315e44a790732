namespace ResNetService.Modeling.Classification.Rows;

/// <summary>The formats by their names on the command line.</summary>
internal static class RowFormats
{
    private const string Csv = "csv";
    private const string JsonLines = "jsonl";

    public static IReadOnlyList<string> Names { get; } = [Csv, JsonLines];

    /// <param name="topK">The most classes of a result.</param>
    public static IRowFormat Create(string name, int topK) => name == Csv ? new CsvRows(topK) : new JsonLines();

    /// <returns>The name of the format that the file's name says; null where it says none.</returns>
    public static string? OfFile(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => Csv,
        ".jsonl" or ".ndjson" => JsonLines,
        _ => null,
    };
}
