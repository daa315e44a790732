using System.Text.Json;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Evaluation;

/// <summary>What docs/evaluation.md lists is what a report holds.</summary>
public sealed class EvaluationDocumentTests
{
    private static readonly string[] Rows =
        [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "evaluation.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];

    [Fact]
    public async Task Tables_ExplainEveryFileAndEveryFieldOfAReport()
    {
        using var folder = new TemporaryFolder();
        folder.Write("images/cat/a.jpg", File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "cat.jpg")));
        var (report, error) = (Path.Combine(folder.Path, "report"), new StringWriter());
        var code = await ResNetCommand.RunAsync(
            ["evaluate", Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1"), "--images", Path.Combine(folder.Path, "images"), "--report", report], new StringWriter(), error);
        Assert.True(code == 0, error.ToString());

        Assert.All(Directory.GetFiles(report).Select(Path.GetFileName), file => AssertFirstCell($"`{file}`"));
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(report, "report.json")));
        Assert.Equal(["schemaVersion", "summary", "calibration", "classes"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.All(json.RootElement.GetProperty("summary").EnumerateObject(), field => Assert.Contains(
            Rows, row => row.Split('|')[1] is var cell && (cell.Contains($"`summary.{field.Name}`", StringComparison.Ordinal) || cell.Contains($"`.{field.Name}`", StringComparison.Ordinal))));
        AssertExplains("summary.published", json.RootElement.GetProperty("summary").GetProperty("published"));
        AssertExplains("calibration", json.RootElement.GetProperty("calibration")[0]);
        AssertExplains("classes", json.RootElement.GetProperty("classes")[0]);
    }

    private static void AssertFirstCell(string text) => Assert.Contains(Rows, row => row.Split('|')[1].Contains(text, StringComparison.Ordinal));

    private static void AssertExplains(string name, JsonElement fields)
    {
        var row = Assert.Single(Rows, row => row.StartsWith($"| `{name}` |", StringComparison.Ordinal));
        Assert.All(fields.EnumerateObject(), field => Assert.Contains($"`{field.Name}`", row, StringComparison.Ordinal));
    }
}
