namespace ResNetService.Benchmarks.Reports;

/// <summary>A table in Markdown whose columns are of equal width, so that it also reads as plain text.</summary>
/// <param name="header">The first column is flush left, the others flush right.</param>
internal sealed class MarkdownTable(params string[] header)
{
    private readonly List<string[]> _rows = [];

    /// <param name="cells">As many as the header has.</param>
    public void Add(params string[] cells)
    {
        if (cells.Length != header.Length)
            throw new ArgumentException($"{cells.Length} cells, and the table has {header.Length} columns", nameof(cells));
        _rows.Add([.. cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))]);
    }

    public IEnumerable<string> Lines()
    {
        var widths = Enumerable.Range(0, header.Length).Select(column => _rows.Append(header).Max(row => Math.Max(row[column].Length, 3))).ToArray();
        yield return Line(header, widths);
        yield return "|" + string.Join("|", widths.Select((width, column) => column == 0 ? new string('-', width + 2) : new string('-', width + 1) + ":")) + "|";
        foreach (var row in _rows)
            yield return Line(row, widths);
    }

    private static string Line(string[] cells, int[] widths) =>
        "| " + string.Join(" | ", cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))) + " |";
}
