using System.Globalization;
using ResNetService.Inference.Classification;
using ResNetService.Modeling.Tables;

namespace ResNetService.Modeling.Classification.Rows;

/// <summary>Comma-separated values: a column for each of a result's facts, and three for each class.</summary>
internal sealed class CsvRows(int topK) : IRowFormat
{
    private static readonly string[] Facts = ["name", "model", "width", "height", "error"];
    private const int ColumnsOfAClass = 3;

    public string Header => Csv.Line(Columns(topK));

    public string Line(FileResult result) => Csv.Line(
    [
        result.Name, result.Model, result.Width, result.Height, result.Error,
        .. result.Predictions.SelectMany(prediction => new object[] { prediction.Index, prediction.Label, prediction.Probability }),
        .. new object?[ColumnsOfAClass * (topK - result.Predictions.Count)],
    ]);

    public IEnumerable<FileResult> Read(TextReader rows)
    {
        var number = 0;
        var columns = 0;
        foreach (var fields in Csv.Records(rows))
        {
            number++;
            if (number == 1)
            {
                columns = fields.Length;
                if (!fields.SequenceEqual(Columns((columns - Facts.Length) / ColumnsOfAClass)))
                    throw new FormatException($"its first line is not {string.Join(',', Columns(1))} and so on");
            }
            else
            {
                yield return Result(fields, columns) ?? throw new FormatException($"its row {number} is no result of this command");
            }
        }
    }

    private static string[] Columns(int classes) =>
        [.. Facts, .. Enumerable.Range(1, Math.Max(0, classes)).SelectMany(rank => new[] { $"index_{rank}", $"label_{rank}", $"probability_{rank}" })];

    private static FileResult? Result(string[] fields, int columns)
    {
        if (fields.Length != columns || !TryWhole(fields[2], out var width) || !TryWhole(fields[3], out var height))
            return null;
        var error = fields[4];
        var predictions = error.Length > 0 ? [] : fields.Skip(Facts.Length).Chunk(ColumnsOfAClass).Select(Prediction).ToArray();
        return predictions.Any(prediction => prediction is null) ? null : new(fields[0], fields[1], width, height, predictions!, error.Length > 0 ? error : null);
    }

    private static Prediction? Prediction(string[] fields) =>
        TryWhole(fields[0], out var index) && double.TryParse(fields[2], NumberStyles.Float, CultureInfo.InvariantCulture, out var probability)
            ? new(index, fields[1], probability)
            : null;

    private static bool TryWhole(string field, out int number) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
