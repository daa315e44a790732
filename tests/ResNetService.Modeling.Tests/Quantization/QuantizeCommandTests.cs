using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using ResNetService.Inference;
using ResNetService.Inference.Classification;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Onnx;

namespace ResNetService.Modeling.Tests.Quantization;

/// <summary><c>resnet quantize</c> as a user meets it: what it writes, what it says, and what it refuses.</summary>
public sealed class QuantizeCommandTests(QuantizationFixture fixture) : IClassFixture<QuantizationFixture>
{
    [Fact]
    public void Quantize_EveryConvolution_RunsInInt8()
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
            OptimizedModelFilePath = Path.Combine(fixture.Path, "optimized.onnx"),
        };
        using (new InferenceSession(Path.Combine(fixture.Output, ModelManifest.GraphFileName), options))
        {
        }

        var float32 = OnnxFile.Read(Path.Combine(QuantizationFixture.Shipped, ModelManifest.GraphFileName)).Graph.Node.CountBy(node => node.OpType).ToDictionary();
        var operators = OnnxFile.Read(options.OptimizedModelFilePath).Graph.Node.CountBy(node => node.OpType).ToDictionary();
        Assert.Equal(float32["Conv"], operators["QLinearConv"]);
        // The one that normalises pixels stays.
        Assert.Equal((float32["Add"] - 1, 1), (operators["QLinearAdd"], operators["Add"]));
        Assert.DoesNotContain(operators.Keys, name => name is "Conv" or "FusedConv" or "Relu");
    }

    [Fact]
    public async Task Quantize_TheSameAgain_GivesTheSameFile()
    {
        var again = Path.Combine(fixture.Path, "again", "1");

        var (code, _, error) = await QuantizationFixture.Run(
            "quantize", QuantizationFixture.Shipped, "--calibration", fixture.Calibration, "--output", again, "--max-drop", "100");

        Assert.True(code == 0, error);
        Assert.Equal(File.ReadAllBytes(Path.Combine(fixture.Output, ModelManifest.GraphFileName)), File.ReadAllBytes(Path.Combine(again, ModelManifest.GraphFileName)));
    }

    [Fact]
    public async Task Quantize_TheModel_ServesAsInt8AndNamesTheSameClass()
    {
        var cat = File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "cat.jpg"));
        await using var int8 = await ResNetInference.OpenAsync(fixture.Output);
        await using var float32 = await ResNetInference.OpenAsync(QuantizationFixture.Shipped);

        Assert.Equal(Precision.Int8, int8.Model.Manifest.Precision);
        var request = new ClassificationRequest([new EncodedImage(null, cat)], TopK: 1);
        var (expected, actual) = (await Best(float32), await Best(int8));
        Assert.Equal(expected.Label, actual.Label);
        Assert.Equal(expected.Probability, actual.Probability, 0.1);

        async Task<Prediction> Best(ResNetInference inference) =>
            (await inference.Classifier.ClassifyAsync(request, TestContext.Current.CancellationToken)).Results[0].Predictions[0];
    }

    [Fact]
    public void Quantize_TheReport_NamesLayersTensorsAndSizes()
    {
        using var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(fixture.Output, "quantization.json")));
        var root = report.RootElement;

        Assert.True(root.GetProperty("written").GetBoolean());
        // 32 images, of which a fifth is set aside.
        Assert.Equal(26, root.GetProperty("calibrationImages").GetInt32());
        Assert.Equal(6, root.GetProperty("comparison").GetProperty("images").GetInt32());
        Assert.InRange((double)root.GetProperty("int8Bytes").GetInt64() / root.GetProperty("float32Bytes").GetInt64(), 0.2, 0.4);
        Assert.Equal(new FileInfo(Path.Combine(fixture.Output, ModelManifest.GraphFileName)).Length, root.GetProperty("int8Bytes").GetInt64());
        Assert.All(
            root.GetProperty("layers").EnumerateArray().Where(layer => layer.GetProperty("operator").GetString() == "Conv"),
            layer => Assert.InRange(layer.GetProperty("signalToNoise").GetDouble(), 10, 60));
        Assert.All(root.GetProperty("tensors").EnumerateArray(), tensor => Assert.True(tensor.GetProperty("scale").GetSingle() > 0));
        Assert.Contains("operators in int8", fixture.Said, StringComparison.Ordinal);
        Assert.Contains("6 images set aside from calibration: the same best class", fixture.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Document_ExplainsEveryFieldOfTheReport()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "quantization.md"));
        using var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(fixture.Output, "quantization.json")));
        var root = report.RootElement;

        Assert.All(
            root.EnumerateObject().Concat(root.GetProperty("comparison").EnumerateObject()).Concat(root.GetProperty("layers")[0].EnumerateObject()).Concat(root.GetProperty("tensors")[0].EnumerateObject()),
            field => Assert.Contains($"`{field.Name}`", document, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Quantize_MoreLostThanMayBe_WritesTheReportAndNoModel()
    {
        var (output, report) = (Path.Combine(fixture.Path, "refused", "1"), Path.Combine(fixture.Path, "refused.json"));
        var uneven = Path.Combine(fixture.Path, "uneven", "1");
        UnevenChannels.Write(QuantizationFixture.Shipped, uneven);

        var (code, said, error) = await QuantizationFixture.Run(
            "quantize", uneven, "--calibration", fixture.Calibration, "--output", output, "--max-drop", "0", "--report", report);

        Assert.Equal(1, code);
        Assert.Contains("points of agreement with the float32 model are lost, more than --max-drop 0; nothing was written", error, StringComparison.Ordinal);
        Assert.Contains("operators in int8", said, StringComparison.Ordinal);
        Assert.Contains("\"written\": false", File.ReadAllText(report), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(output)));
    }

    [Fact]
    public async Task Quantize_WithTestImages_RecordsTheAccuracy()
    {
        fixture.Write("test/cat/a.jpg", File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "cat.jpg")));
        var output = Path.Combine(fixture.Path, "tested", "1");

        var (code, said, error) = await QuantizationFixture.Run(
            "quantize", QuantizationFixture.Shipped, "--calibration", fixture.Calibration, "--test", Path.Combine(fixture.Path, "test"), "--output", output, "--limit", "8");

        Assert.True(code == 0, error);
        Assert.Contains("1 images: top-1 100.00 % to 100.00 %", said, StringComparison.Ordinal);
        Assert.Contains("8 calibration images: ranges of so few are left to chance", error, StringComparison.Ordinal);
        Assert.Equal((1, 1), (ManifestReader.Read(Path.Combine(output, ModelManifest.FileName)).Accuracy!.Top1, ManifestReader.Read(Path.Combine(output, ModelManifest.FileName)).Accuracy!.Images));
    }

    [Fact]
    public async Task Quantize_CalibrationImagesAmongTestImages_AreRefused()
    {
        fixture.Write("same/cat/a.png", File.ReadAllBytes(Path.Combine(fixture.Calibration, "cat-03.png")));

        var (code, _, error) = await QuantizationFixture.Run(
            "quantize", QuantizationFixture.Shipped, "--calibration", fixture.Calibration, "--test", Path.Combine(fixture.Path, "same"), "--output", Path.Combine(fixture.Path, "same-out"));

        Assert.Equal(1, code);
        Assert.Contains("are calibration images too", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quantize_ModelInInt8_IsRefused()
    {
        var (code, _, error) = await QuantizationFixture.Run("quantize", fixture.Output, "--calibration", fixture.Calibration, "--output", Path.Combine(fixture.Path, "twice"));

        Assert.Equal(1, code);
        Assert.Contains("is int8 already; quantize the float32 model", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quantize_OutputThatIsThere_IsKept()
    {
        var (code, _, error) = await QuantizationFixture.Run("quantize", QuantizationFixture.Shipped, "--calibration", fixture.Calibration, "--output", fixture.Output);

        Assert.Equal(1, code);
        Assert.Contains("is not empty", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quantize_ImagesThatCannotBeDecoded_AreAllNamed()
    {
        fixture.Write("broken/a.jpg", [1, 2, 3]);
        fixture.Write("broken/b.jpg", [1, 2, 3]);

        var (code, _, error) = await QuantizationFixture.Run("quantize", QuantizationFixture.Shipped, "--calibration", Path.Combine(fixture.Path, "broken"), "--output", Path.Combine(fixture.Path, "none"));

        Assert.Equal(1, code);
        Assert.Contains("a.jpg", error, StringComparison.Ordinal);
        Assert.Contains("b.jpg", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(fixture.Path, "none")));
    }

    [Fact]
    public async Task Quantize_NegativeDrop_IsWrongUsage()
    {
        var (code, _, error) = await QuantizationFixture.Run("quantize", QuantizationFixture.Shipped, "--calibration", fixture.Calibration, "--output", "x", "--max-drop", "-1");

        Assert.Equal(2, code);
        Assert.Contains("--max-drop is '-1'; it must be a number of 0 or more", error, StringComparison.Ordinal);
    }
}
