using System.Text;
using System.Text.Json;

namespace ResNetService.ModelFormat.Tests;

/// <summary>What docs/models.md shows is what the reader does.</summary>
public sealed class ModelsDocumentTests
{
    private const string FileName = "models/resnet18-cranes/1/manifest.json";

    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "models.md"));

    private static string Example => Fence("json");

    [Fact]
    public void Example_IsValidAndInTheLayoutOfTheWriter()
    {
        var manifest = ManifestReader.Read(Encoding.UTF8.GetBytes(Example), FileName);

        Assert.Equal(Example, ManifestWriter.ToJson(manifest));
    }

    [Fact]
    public void FaultList_IsWhatTheReaderSaysOfTheSixMistakes()
    {
        var wrong = Break("\"fp32\"", "\"FP32\"",
            "\"nhwc\"", "\"nchw\"",
            "\"cropPct\"", "\"crop_pct\"",
            "0.224", "0",
            "\"name\": \"crane\", \"id\": \"n03126707\"", "\"id\": \"n03126707\"",
            "\"top5\": 1", "\"top5\": 0.5");

        var exception = Assert.Throws<ManifestException>(() => ManifestReader.Read(Encoding.UTF8.GetBytes(wrong), FileName));

        Assert.Equal(Fence("text").TrimEnd().Split('\n'), exception.Message.Split(Environment.NewLine));
    }

    [Fact]
    public void Table_ExplainsEveryFieldOfTheExample()
    {
        using var example = JsonDocument.Parse(Example);
        foreach (var field in example.RootElement.EnumerateObject())
        {
            if (field.Name is "graph" or "preprocessing" or "provenance")
                Assert.All(field.Value.EnumerateObject(), inner => AssertExplained(inner.Name == "std" ? ".std" : $"{field.Name}.{inner.Name}"));
            else
                AssertExplained(field.Name);
        }
    }

    private static void AssertExplained(string field) =>
        Assert.Contains(Document.Split('\n'), line => line.StartsWith("| `", StringComparison.Ordinal) && line.Split('|')[1].Contains($"`{field}`", StringComparison.Ordinal));

    private static string Break(params string[] pairs)
    {
        var text = Example;
        foreach (var pair in pairs.Chunk(2))
        {
            Assert.Contains(pair[0], text, StringComparison.Ordinal);
            text = text.Replace(pair[0], pair[1], StringComparison.Ordinal);
        }

        return text;
    }

    private static string Fence(string language)
    {
        var start = Document.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return Document[start..Document.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
