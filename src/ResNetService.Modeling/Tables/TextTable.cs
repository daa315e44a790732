namespace ResNetService.Modeling.Tables;

/// <summary>Rows for people: columns of equal width, words to the left, numbers to the right.</summary>
internal static class TextTable
{
    /// <param name="rows">The header first; all as long as it.</param>
    /// <param name="words">How many columns are of words: the first ones.</param>
    public static IEnumerable<string> Lines(IEnumerable<string[]> rows, int words = 1)
    {
        var all = rows.ToArray();
        var widths = all[0].Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        return all.Select(row => string.Join("  ", row.Select((cell, column) => column < words ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
    }
}
