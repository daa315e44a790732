using System.Globalization;

namespace ResNetService.Modeling.Experiments;

/// <summary>What a training's history says of an epoch. Errors are fractions.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="TrainError">Over the epoch's steps, on varied images, each with the weights that it found.</param>
/// <param name="TestError">After the epoch.</param>
/// <param name="Seconds">With the test.</param>
internal sealed record EpochErrors(int Epoch, double TrainError, double TestError, double Seconds)
{
    /// <summary>Columns are found by their names; others may stand beside them.</summary>
    /// <exception cref="ExperimentException">A column is missing, or a line is no history's.</exception>
    public static IReadOnlyList<EpochErrors> Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var columns = lines.Length > 0 ? lines[0].Split(',') : [];
        var (epoch, train, test, seconds) = (Column("epoch"), Column("train_top1"), Column("test_top1"), Column("seconds"));
        return [.. lines.Skip(1).Select((line, index) =>
        {
            var cells = line.Split(',');
            return cells.Length == columns.Length
                && int.TryParse(cells[epoch], CultureInfo.InvariantCulture, out var number)
                && Number(cells[train]) is { } trainTop1 && Number(cells[test]) is { } testTop1 && Number(cells[seconds]) is { } time
                ? new EpochErrors(number, 1 - trainTop1, 1 - testTop1, time)
                : throw new ExperimentException($"{path}: line {index + 2} is no epoch of a history: {line}");
        })];

        int Column(string name) => Array.IndexOf(columns, name) is >= 0 and var index
            ? index
            : throw new ExperimentException($"{path} is no history of a training: it has no column {name}");
    }

    private static double? Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
