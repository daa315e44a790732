using System.Text.Json;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Quantization;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Quantization;

/// <summary>What docs/quantization.md lists is what there is.</summary>
public sealed class QuantizationDocumentTests
{
    private static readonly string[] Rows =
        [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "quantization.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];

    [Fact]
    public void Options_AreAllExplained() => Assert.All(
        QuantizeCommand.Create().Options.Where(option => option.Name.StartsWith("--", StringComparison.Ordinal)),
        option => Assert.Contains(Rows, row => row.StartsWith($"| `{option.Name}", StringComparison.Ordinal)));

    [Fact]
    public async Task Report_HasNoFieldThatIsNotExplained()
    {
        using var folder = new TemporaryFolder();
        PhotographParts.Write(folder, "images", count: 6);
        folder.Write("test/cat/cat.jpg", File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "cat.jpg")));
        var (output, error) = (Path.Combine(folder.Path, "model"), new StringWriter());
        var code = await ResNetCommand.RunAsync(
            ["quantize", Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1"), "--calibration", Path.Combine(folder.Path, "images"), "--test", Path.Combine(folder.Path, "test"), "--output", output],
            new StringWriter(),
            error);
        Assert.True(code == 0, error.ToString());

        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, QuantizationReport.FileName)));
        Assert.All(json.RootElement.EnumerateObject(), field => Assert.Contains(Rows, row => row.Split('|')[1].Contains($"`{field.Name}`", StringComparison.Ordinal)));
        AssertExplains("comparison", json.RootElement.GetProperty("comparison"));
        AssertExplains("comparison", json.RootElement.GetProperty("comparison").GetProperty("int8"));
        AssertExplains("layers", json.RootElement.GetProperty("layers")[0]);
        AssertExplains("tensors", json.RootElement.GetProperty("tensors")[0]);
    }

    private static void AssertExplains(string name, JsonElement fields)
    {
        var row = Assert.Single(Rows, row => row.StartsWith($"| `{name}` |", StringComparison.Ordinal));
        Assert.All(fields.EnumerateObject(), field => Assert.Contains($"`{field.Name}`", row, StringComparison.Ordinal));
    }
}
