using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using ResNetService.Inference;
using ResNetService.Inference.Classification;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Commands;
using ResNetService.Modeling.Onnx;
using ResNetService.Modeling.Onnx.Format;
using ResNetService.Modeling.Tests.Training;

namespace ResNetService.Modeling.Tests.Quantization;

/// <summary>The command as a user meets it: the model and the report that it writes, and what it refuses.</summary>
public sealed class QuantizeCommandTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "models", "resnet20-cifar10", "1");
    private static readonly byte[] Cat = File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "cat.jpg"));

    private readonly TemporaryFolder _folder = new();

    private string Images => Path.Combine(_folder.Path, "images");

    private string Output => Path.Combine(_folder.Path, "models", "int8", "1");

    public QuantizeCommandTests()
    {
        PhotographParts.Write(_folder, "images", count: 10);
        _folder.Write("images/photographs/coffee.jpg", File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "coffee.jpg")));
        _folder.Write("test/cat/cat.jpg", Cat);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Quantize_ShippedModel_ServesInInt8AndSaysWhatWasDone()
    {
        var (code, output, error) = await Run(Shipped, "--test", Path.Combine(_folder.Path, "test"));

        Assert.True(code == 0, error);
        Assert.Contains("11 calibration images: ranges of so few are left to chance", error, StringComparison.Ordinal);
        Assert.Contains("1 images: top-1 100.00 % to 100.00 %", output, StringComparison.Ordinal);
        Assert.Equal(["manifest.json", "model.onnx", "quantization.json"], Directory.GetFiles(Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        await using var inference = await ResNetInference.OpenAsync(Output);
        Assert.Equal(Precision.Int8, inference.Model.Execution.Precision);
        var response = await inference.Classifier.ClassifyAsync(new ClassificationRequest([new EncodedImage("cat", Cat)]), CancellationToken.None);
        Assert.Equal("cat", response.Results[0].Predictions[0].Label);

        var (before, after) = (ManifestReader.Read(Path.Combine(Shipped, "manifest.json")), inference.Model.Manifest);
        Assert.Equal($"{before.Provenance.Source}; quantized to int8 by resnet quantize, calibrated on 11 images", after.Provenance.Source);
        Assert.Equal(1, after.Accuracy!.Images);
        Assert.Equal(before with { Precision = Precision.Int8, Provenance = after.Provenance, Accuracy = after.Accuracy }, after);

        var graph = OnnxFile.Read(Path.Combine(Output, "model.onnx"));
        Assert.Equal("int8", graph.MetadataProps.Single(entry => entry.Key == "precision").Value);
        var optimized = OptimizedGraph.Operators(graph);
        Assert.Equal((19, 1), (optimized["QLinearConv"], optimized["QGemm"]));
        Assert.DoesNotContain("Conv", optimized.Keys);

        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "quantization.json")));
        Assert.All(
            json.RootElement.GetProperty("layers").EnumerateArray().Where(layer => layer.GetProperty("operator").GetString() is "Conv" or "Gemm"),
            layer => Assert.InRange(layer.GetProperty("isolatedSignalToNoise").GetDouble(), 25, 70));
    }

    [Fact]
    public async Task Quantize_Twice_WritesTheSameBytes()
    {
        await Run(Shipped);
        var first = File.ReadAllBytes(Path.Combine(Output, "model.onnx"));

        await Run(Shipped, "--force");

        Assert.Equal(first, File.ReadAllBytes(Path.Combine(Output, "model.onnx")));
    }

    [Fact]
    public async Task Quantize_WithoutLabels_IsJudgedByImagesThatItWasNotCalibratedOn()
    {
        var (code, output, _) = await Run(Shipped, "--report", Path.Combine(_folder.Path, "report.json"));

        Assert.Equal(0, code);
        Assert.Contains("2 images set aside from calibration", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Output, "quantization.json")));
        Assert.Null(ManifestReader.Read(Path.Combine(Output, "manifest.json")).Accuracy);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.Path, "report.json")));
        Assert.Equal((9, JsonValueKind.Null), (json.RootElement.GetProperty("calibrationImages").GetInt32(), json.RootElement.GetProperty("test").ValueKind));
    }

    /// <summary>One channel of each block is ten thousand times the others, and weighed by as much less: float32 does not mind.</summary>
    [Fact]
    public async Task Quantize_MoreLostThanAllowed_WritesTheReportAndNoModel()
    {
        var uneven = Edited(constants =>
        {
            for (var block = 0; block < 9; block++)
            {
                var layer = $"layer{(block / 3) + 1}.{block % 3}";
                var inputs = (int)constants[layer + ".conv2.weight"].Dims[1];
                Edit(constants[layer + ".conv1.weight"], (index, weight) => index < constants[layer + ".conv1.weight"].Dims[1] * 9 ? weight * 1e4f : weight);
                Edit(constants[layer + ".conv1.bias"], (index, bias) => index == 0 ? bias * 1e4f : bias);
                Edit(constants[layer + ".conv2.weight"], (index, weight) => index / 9 % inputs == 0 ? weight * 1e-4f : weight);
            }
        });
        PhotographParts.Write(_folder, "more", count: 50, seed: 2);

        var (code, output, error) = await RunOn(Path.Combine(_folder.Path, "more"), uneven, "--max-drop", "0", "--report", Path.Combine(_folder.Path, "report.json"));

        Assert.Equal(1, code);
        Assert.Contains("points of agreement with the float32 model are lost, more than --max-drop 0; nothing was written", error, StringComparison.Ordinal);
        Assert.Contains("the same best class", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(Output)));
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.Path, "report.json")));
        Assert.False(json.RootElement.GetProperty("written").GetBoolean());
        Assert.InRange(json.RootElement.GetProperty("comparison").GetProperty("agreement").GetDouble(), 0, 0.99);
    }

    /// <summary>A large weight of a feature that is never there: float32 does not mind, and in int8 it leaves the others no steps.</summary>
    [Fact]
    public async Task Quantize_LayerThatInt8Ruins_StaysInFloat32AndSaysWhy()
    {
        var model = Edited(constants =>
        {
            Edit(constants["layer3.2.conv2.bias"], (index, bias) => index == 0 ? -20 : bias);
            Edit(constants["fc.weight"], (index, weight) => index % 64 == 0 ? 1000 : weight);
        });

        var (code, output, error) = await Run(model);

        Assert.True(code == 0, error);
        Assert.Contains("  fp32: fc: the last layer: in int8 the answers' divergence on the calibration images is ", output, StringComparison.Ordinal);
        var optimized = OptimizedGraph.Operators(OnnxFile.Read(Path.Combine(Output, "model.onnx")));
        Assert.Equal((19, 1), (optimized["QLinearConv"], optimized["Gemm"]));
    }

    [Fact]
    public async Task Quantize_Int8Model_IsRefused()
    {
        await Run(Shipped);

        var (code, _, error) = await RunOn(Images, Output, "--output", Path.Combine(_folder.Path, "again"));

        Assert.Equal(1, code);
        Assert.Contains("is int8 already; quantize the float32 model that it was made of", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quantize_ImagesThatCannotBeDecoded_AreNamedTogether()
    {
        _folder.Write("images/broken.jpg", [1, 2, 3]);
        _folder.Write("images/photographs/notes.txt", Encoding.UTF8.GetBytes("notes"));

        var (code, _, error) = await Run(Shipped);

        Assert.Equal(1, code);
        Assert.Contains("2 images cannot be read:", error, StringComparison.Ordinal);
        Assert.Contains("broken.jpg: ", error, StringComparison.Ordinal);
        Assert.Contains("notes.txt: ", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(Output)));
    }

    [Fact]
    public async Task Quantize_TestImageAmongThoseOfCalibration_IsRefusedByItsContent()
    {
        _folder.Write("images/another-name.jpg", Cat);

        var (code, _, error) = await Run(Shipped, "--test", Path.Combine(_folder.Path, "test"));

        Assert.Equal(1, code);
        Assert.Contains($"1 of the images of {Path.Combine(_folder.Path, "test")} are calibration images too, such as {Path.Combine(_folder.Path, "test", "cat", "cat.jpg")}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quantize_OperatorsOfWhichNothingIsKnown_AreAllNamed()
    {
        using var models = new TinyModelRepository();
        models.Add("tiny", "1", TinyOnnx.NotANumber(TinyModelRepository.Size), TinyModelRepository.Manifest());

        var (code, _, error) = await Run(Path.Combine(models.Path, "tiny", "1"));

        Assert.Equal(1, code);
        Assert.Contains("it is not known how to quantize around Exp, Neg, Log; known are Add, AveragePool,", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "there is no folder nowhere; calibration takes a folder of photographs", "--calibration", "nowhere")]
    [InlineData(1, "holds no file; calibration takes photographs", "--calibration", "EMPTY")]
    [InlineData(1, "is not empty; choose another directory, or replace it with --force", "--output", "IMAGES")]
    [InlineData(2, "--max-drop is '-1'; it must be a number from 0 to 100", "--max-drop", "-1")]
    [InlineData(2, "--limit is '1'; it must be a whole number from 2 to 1000000", "--limit", "1")]
    public async Task Quantize_WhatCannotBe_SaysWhyAndWhatCan(int expected, string message, string option, string value)
    {
        var empty = Directory.CreateDirectory(Path.Combine(_folder.Path, "empty")).FullName;
        value = value switch { "EMPTY" => empty, "IMAGES" => Images, _ => value };
        var options = new Dictionary<string, string> { ["--calibration"] = Images, ["--output"] = Output, [option] = value };

        var (code, _, error) = await Command([Shipped, .. options.SelectMany(o => new[] { o.Key, o.Value })]);

        Assert.Equal(expected, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    /// <summary>The shipped model with other weights.</summary>
    private string Edited(Action<Dictionary<string, TensorProto>> edit)
    {
        _folder.Write("edited/manifest.json", File.ReadAllBytes(Path.Combine(Shipped, "manifest.json")));
        var model = OnnxFile.Read(Path.Combine(Shipped, "model.onnx"));
        edit(model.Graph.Initializer.ToDictionary(constant => constant.Name));
        OnnxFile.Write(model, Path.Combine(_folder.Path, "edited", "model.onnx"));
        return Path.Combine(_folder.Path, "edited");
    }

    private static void Edit(TensorProto constant, Func<int, float, float> edit)
    {
        var values = MemoryMarshal.Cast<byte, float>(constant.RawData.Span).ToArray();
        constant.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.Select((value, index) => edit(index, value)).ToArray().AsSpan()));
    }

    private Task<(int Code, string Output, string Error)> Run(string model, params string[] options) => RunOn(Images, model, options);

    private Task<(int Code, string Output, string Error)> RunOn(string calibration, string model, params string[] options) =>
        Command([model, "--calibration", calibration, .. options.Contains("--output") ? [] : new[] { "--output", Output }, .. options]);

    private static async Task<(int Code, string Output, string Error)> Command(string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await ResNetCommand.RunAsync(["quantize", .. arguments], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
