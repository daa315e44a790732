using ResNetService.ModelFormat;
using ResNetService.Modeling.Tables;

namespace ResNetService.Modeling.Evaluation;

/// <summary>
/// The files of one model's evaluation, as docs/evaluation.md describes them. The images' lines are written as they are scored, the rest at the end.
/// </summary>
internal sealed class EvaluationReport : IDisposable
{
    public const string FileName = "report.json";
    public const string SummaryFileName = "summary.csv";
    public const int SchemaVersion = 1;

    private readonly string _directory;
    private readonly IReadOnlyList<Label> _labels;
    private readonly StreamWriter _images;

    /// <param name="directory">Is made if it is not there.</param>
    /// <param name="labels">The model's classes.</param>
    public EvaluationReport(string directory, IReadOnlyList<Label> labels)
    {
        (_directory, _labels) = (directory, labels);
        Directory.CreateDirectory(directory);
        _images = new StreamWriter(File("images.csv"));
        var best = Enumerable.Range(1, Math.Min(ScoredImage.MostNamed, labels.Count)).SelectMany(place => new[] { $"index_{place}", $"class_{place}", $"probability_{place}" });
        _images.WriteLine(Csv.Line(["file", "class_index", "class", "class_probability", .. best]));
    }

    public void Add(ScoredImage scored) => _images.WriteLine(Csv.Line(
    [
        scored.Image.Path,
        scored.Image.ClassIndex,
        _labels[scored.Image.ClassIndex].Name,
        scored.ClassProbability,
        .. scored.Best.SelectMany(p => new object[] { p.Index, p.Label, p.Probability }),
    ]));

    public void Complete(EvaluationSummary summary, EvaluationStatistics statistics)
    {
        _images.Flush();
        var classes = statistics.Classes;
        System.IO.File.WriteAllText(File(FileName), ReportJson.Of(new
        {
            SchemaVersion,
            Summary = summary,
            Calibration = statistics.Calibration.Bins,
            Classes = classes.Select(c => new { c.Index, _labels[c.Index].Name, _labels[c.Index].Id, c.Images, c.Top1Correct, c.Top5Correct, c.Predicted, c.Top1, c.Top5, c.Precision }),
        }) + "\n");
        System.IO.File.WriteAllLines(File("classes.csv"),
        [
            Csv.Line(["index", "name", "id", "images", "top1_correct", "top5_correct", "predicted", "top1", "top5", "precision"]),
            .. classes.Select(c => Csv.Line([c.Index, _labels[c.Index].Name, _labels[c.Index].Id, c.Images, c.Top1Correct, c.Top5Correct, c.Predicted, c.Top1, c.Top5, c.Precision])),
        ]);
        WriteConfusion(statistics.Confusion);
        ConfusionPlot.Save(statistics.Confusion, _labels, File("confusion"));
        ReliabilityPlot.Save(statistics.Calibration, File("reliability"));
    }

    public void Dispose() => _images.Dispose();

    /// <summary>A row for each actual class, a column for each predicted one; line by line, since it may be large.</summary>
    private void WriteConfusion(ConfusionMatrix matrix)
    {
        using var csv = new StreamWriter(File("confusion.csv"));
        var classes = matrix.Classes;
        csv.WriteLine(Csv.Line(["actual_index", "actual", .. classes.Select(index => $"{index} {_labels[index].Name}")]));
        foreach (var actual in classes)
            csv.WriteLine(Csv.Line([actual, _labels[actual].Name, .. classes.Select(predicted => (object)matrix[actual, predicted])]));
    }

    private string File(string name) => Path.Combine(_directory, name);
}
