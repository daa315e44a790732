using ResNetService.Modeling.Tables;

namespace ResNetService.Modeling.Experiments;

/// <summary>Writes tables of numbers and names. Numbers are written to the last bit, what is no number as <c>NaN</c>.</summary>
internal static class CsvFile
{
    public static void Write(string path, string header, IEnumerable<object[]> rows) => WholeFile.Write(path, rows.Select(Csv.Line).Prepend(header));
}
