namespace ResNetService.Modeling.Tables;

/// <summary>Rows for people: columns of equal width, the first to the left, the others to the right.</summary>
internal static class TextTable
{
    /// <param name="rows">The header first; all as long as it.</param>
    public static IEnumerable<string> Lines(IEnumerable<string[]> rows)
    {
        var all = rows.ToArray();
        var widths = all[0].Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        return all.Select(row => string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))));
    }
}
