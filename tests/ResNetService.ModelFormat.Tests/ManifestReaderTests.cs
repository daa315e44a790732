using System.Text;

namespace ResNetService.ModelFormat.Tests;

public sealed class ManifestReaderTests
{
    [Fact]
    public void Read_EveryFieldGiven_ReturnsEveryField()
    {
        var expected = new ModelManifest
        {
            Architecture = "tiny",
            Precision = Precision.Int8,
            Graph = new GraphSpec { Input = "pixels", InputType = InputType.Float32, Layout = TensorLayout.Nchw, Logits = "scores", Features = "maps" },
            Preprocessing = new PreprocessingSpec
            {
                InputSize = 224,
                Resize = 235,
                Interpolation = Interpolation.Bicubic,
                ColorOrder = ColorOrder.Bgr,
                Scale = 1.0 / 255,
                Mean = [0.485, 0.456, 0.406],
                Std = [0.229, 0.224, 0.225],
            },
            Labels = [new Label("crane", "n02012849"), new Label("crane")],
            Provenance = new Provenance(
                "https://example.org/tiny.safetensors",
                "BSD-3-Clause",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
            Accuracy = new Accuracy(0.5, 1, 2, "two cranes", "resnet evaluate models/tiny/1 --images cranes"),
        };

        Assert.Equal(expected, ValidManifest.Read(ValidManifest.Json));
    }

    [Theory]
    [InlineData("\"features\": \"maps\"", "\"features\": null")]
    [InlineData(",\n    \"features\": \"maps\"", "")]
    public void Read_FeaturesNullOrAbsent_AreNull(string place, string replacement) =>
        Assert.Null(ValidManifest.Read(ValidManifest.With(place, replacement)).Graph.Features);

    [Fact]
    public void Read_AccuracyAndSha256Absent_AreNull()
    {
        var json = ValidManifest.Json[..ValidManifest.Json.IndexOf(",\n    \"sha256\"", StringComparison.Ordinal)] + "}}";

        var manifest = ValidManifest.Read(json);

        Assert.Null(manifest.Accuracy);
        Assert.Null(manifest.Provenance.Sha256);
    }

    [Theory]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 2", "schemaVersion", "2", "this build reads schemaVersion 1")]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": \"1\"", "schemaVersion", "\"1\"", "must be a whole number")]
    [InlineData("\"schemaVersion\": 1,", "", "schemaVersion", null, "is missing")]
    [InlineData("\"architecture\": \"tiny\"", "\"architecture\": \" \"", "architecture", "\" \"", "must not be empty")]
    [InlineData("\"architecture\": \"tiny\"", "\"architecture\": 18", "architecture", "18", "must be a string, not a number")]
    [InlineData("\"architecture\": \"tiny\"", "\"architecture\": \"a\\u0000b\"", "architecture", "\"a\\u0000b\"", "control characters")]
    [InlineData("\"architecture\": \"tiny\"", "\"architecture\": \"\\ud800\"", "architecture", "\"\\ud800\"", "surrogate")]
    [InlineData("\"architecture\": \"tiny\",", "\"architecture\": \"tiny\", \"Architecture\": 1,", "Architecture", "1", "did you mean \"architecture\"?")]
    [InlineData("\"precision\": \"int8\"", "\"precision\": \"INT8\"", "precision", "\"INT8\"", "must be one of \"fp32\", \"fp16\", \"int8\"")]
    [InlineData("\"precision\": \"int8\"", "\"precision\": 2", "precision", "2", "must be one of")]
    [InlineData("\"precision\": \"int8\",", "\"precision\": \"int8\", \"precision\": \"fp32\",", "precision", "\"fp32\"", "more than once")]
    [InlineData("\"inputType\": \"float32\"", "\"inputType\": \"uint8\"", "graph.layout", "\"nchw\"", "contradicts inputType \"uint8\"")]
    [InlineData("\"layout\": \"nchw\"", "\"layout\": \"hwc\"", "graph.layout", "\"hwc\"", "must be one of \"nhwc\", \"nchw\"")]
    [InlineData("\"logits\": \"scores\",", "", "graph.logits", null, "is missing")]
    [InlineData("\"features\": \"maps\"", "\"features\": \"scores\"", "graph.features", "\"scores\"", "same output as logits")]
    [InlineData("\"inputSize\": 224", "\"inputSize\": 0", "preprocessing.inputSize", "0", "from 1 to 4096")]
    [InlineData("\"inputSize\": 224", "\"inputSize\": 4097", "preprocessing.inputSize", "4097", "from 1 to 4096")]
    [InlineData("\"inputSize\": 224", "\"inputSize\": 224.5", "preprocessing.inputSize", "224.5", "must be a whole number")]
    [InlineData("\"inputSize\": 224", "\"inputSize\": 99999999999", "preprocessing.inputSize", "99999999999", "from 1 to 4096")]
    [InlineData("\"inputSize\": 224", "\"crop_size\": 1, \"inputSize\": 224", "preprocessing.crop_size", "1", "known are inputSize, resize")]
    [InlineData("\"resize\": 235", "\"resize\": 0", "preprocessing.resize", "0", "from 1 to 16384")]
    [InlineData("\"resize\": 235", "\"resize\": 236", "preprocessing.cropPct", "0.95", "gives 235; resize 236 is cropPct 0.9491")]
    [InlineData("\"cropPct\": 0.95", "\"cropPct\": 0", "preprocessing.cropPct", "0", "above 0")]
    [InlineData("\"cropPct\": 0.95", "\"cropPct\": 1e-9", "preprocessing.cropPct", "1e-9", "from 1 to 16384")]
    [InlineData("\"cropPct\": 0.95", "\"cropPct\": 1000", "preprocessing.cropPct", "1000", "from 1 to 16384")]
    [InlineData("\"cropPct\": 0.95", "\"crop_pct\": 0.95", "preprocessing.crop_pct", "0.95", "did you mean \"cropPct\"?")]
    [InlineData("\"interpolation\": \"bicubic\"", "\"interpolation\": \"lanczos\"", "preprocessing.interpolation", "\"lanczos\"", "\"bilinear\", \"bicubic\"")]
    [InlineData("\"scale\": 0.00392156862745098", "\"scale\": -1", "preprocessing.scale", "-1", "above 0")]
    [InlineData("\"scale\": 0.00392156862745098", "\"scale\": 1e-50", "preprocessing.scale", "1e-50", "above 0")]
    [InlineData("\"scale\": 0.00392156862745098", "\"scale\": \"NaN\"", "preprocessing.scale", "\"NaN\"", "must be a number, not a string")]
    [InlineData("[0.485, 0.456, 0.406]", "[0.485, 0.456]", "preprocessing.mean", "[0.485, 0.456]", "must have 3 values, one a channel, not 2")]
    [InlineData("[0.485, 0.456, 0.406]", "0.5", "preprocessing.mean", "0.5", "must be a list")]
    [InlineData("[0.485, 0.456, 0.406]", "[0.485, 0.456, 1e400]", "preprocessing.mean[2]", "1e400", "range of a float32")]
    [InlineData("[0.485, 0.456, 0.406]", "[123.7, 116.8, 103.9]", "preprocessing.mean", "[123.7, 116.8, 103.9]", "outside the scaled pixels, 0 to 1")]
    [InlineData("[0.229, 0.224, 0.225]", "[0.229, 0, 0.225]", "preprocessing.std[1]", "0", "above 0")]
    [InlineData("[0.229, 0.224, 0.225]", "[0.229, null, 0.225]", "preprocessing.std[1]", "null", "must be a number, not null")]
    [InlineData("[0.229, 0.224, 0.225]", "[58.4, 57.1, 57.4]", "preprocessing.std", "[58.4, 57.1, 57.4]", "in the unit of scale")]
    [InlineData("\"scale\": 0.00392156862745098", "\"scale\": 1", "preprocessing.std", "[0.229, 0.224, 0.225]", "in the unit of scale")]
    [InlineData("{\"name\": \"crane\"}", "\"crane\"", "labels[1]", "\"crane\"", "must be an object such as {\"name\": \"tench\"}")]
    [InlineData("{\"name\": \"crane\"}", "{\"name\": 7}", "labels[1].name", "7", "must be a string")]
    [InlineData("{\"name\": \"crane\"}", "{\"id\": \"n1\"}", "labels[1].name", null, "is missing")]
    [InlineData("{\"name\": \"crane\"}", "{\"name\": \"a\", \"index\": 1}", "labels[1].index", "1", "not a known field")]
    [InlineData("\"licence\": \"BSD-3-Clause\"", "\"licence\": \"BSD-3-Clause\", \"license\": \"MIT\"", "provenance.license", "\"MIT\"", "did you mean \"licence\"?")]
    [InlineData("\"sha256\": \"0123456789abcdef", "\"sha256\": \"0123456789ABCDEF", "provenance.sha256", "\"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\"", "64 lower-case hexadecimal digits")]
    [InlineData("\"top1\": 0.5", "\"top1\": 83.3", "accuracy.top1", "83.3", "from 0 to 1")]
    [InlineData("\"top5\": 1", "\"top5\": 0.4", "accuracy.top5", "0.4", "must not be below top1")]
    [InlineData("\"images\": 2", "\"images\": 0", "accuracy.images", "0", "at least 1")]
    [InlineData("\"dataset\": \"two cranes\",", "", "accuracy.dataset", null, "is missing")]
    public void Read_OneFault_NamesFileFieldAndValue(string place, string replacement, string field, string? value, string problem)
    {
        var faults = ValidManifest.FaultsOf(ValidManifest.With(place, replacement));

        var fault = Assert.Single(faults);
        Assert.Equal((ValidManifest.FileName, field, value), (fault.File, fault.Field, fault.Value));
        Assert.Contains(problem, fault.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EmptyObject_ListsEveryMissingField()
    {
        var faults = ValidManifest.FaultsOf("{}");

        Assert.Equal(
            ["schemaVersion", "architecture", "precision", "graph", "preprocessing", "labels", "provenance"],
            faults.Select(fault => fault.Field));
        Assert.All(faults, fault => Assert.StartsWith("is missing; it is ", fault.Problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_EmptySections_ListsEveryMissingFieldOfEach()
    {
        var faults = ValidManifest.FaultsOf("""
            {"schemaVersion":1,"architecture":"a","precision":"fp32","graph":{},"preprocessing":{},"labels":[],"provenance":{},"accuracy":{}}
            """);

        Assert.Equal(
            [
                "graph.input", "graph.inputType", "graph.layout", "graph.logits",
                "preprocessing.inputSize", "preprocessing.resize", "preprocessing.interpolation", "preprocessing.colorOrder",
                "preprocessing.scale", "preprocessing.mean", "preprocessing.std",
                "labels", "provenance.source", "provenance.licence",
                "accuracy.top1", "accuracy.top5", "accuracy.images", "accuracy.dataset", "accuracy.command",
            ],
            faults.Select(fault => fault.Field));
    }

    [Fact]
    public void Read_FaultsInSeveralSections_ListsAllInOneMessage()
    {
        var json = ValidManifest.With("\"precision\": \"int8\"", "\"precision\": \"int4\"")
            .Replace("[0.229, 0.224, 0.225]", "[0, 0.224, -1]", StringComparison.Ordinal)
            .Replace("\"top1\": 0.5", "\"top1\": -0.5", StringComparison.Ordinal);

        var exception = Assert.Throws<ManifestException>(() => ValidManifest.Read(json));

        Assert.Equal(["precision", "preprocessing.std[0]", "preprocessing.std[2]", "accuracy.top1"], exception.Faults.Select(fault => fault.Field));
        Assert.Equal(
            "models/tiny/1/manifest.json: precision = \"int4\" must be one of \"fp32\", \"fp16\", \"int8\"",
            exception.Message.Split(Environment.NewLine)[0]);
    }

    [Theory]
    [InlineData(224, "0.95", 235)]
    [InlineData(224, "0.875", 256)]
    [InlineData(32, "1", 32)]
    [InlineData(288, "1.0", 288)]
    [InlineData(224, "0.9531914893617021", 235)]
    public void Read_CropPctAlone_RoundsResizeDown(int inputSize, string cropPct, int resize)
    {
        var json = ValidManifest.With("\"resize\": 235,", "")
            .Replace("\"inputSize\": 224", $"\"inputSize\": {inputSize}", StringComparison.Ordinal)
            .Replace("0.95", cropPct, StringComparison.Ordinal);

        Assert.Equal(resize, ValidManifest.Read(json).Preprocessing.Resize);
    }

    [Fact]
    public void Read_ResizeAlone_IsTaken() =>
        Assert.Equal(235, ValidManifest.Read(ValidManifest.With("\"cropPct\": 0.95,", "")).Preprocessing.Resize);

    [Theory]
    [InlineData("{\n  \"schemaVersion\": NaN\n}", "line 2, column 20")]
    [InlineData("{\n  \"schemaVersion\": 1,\n}", "line 3, column 1")]
    [InlineData("{ // a comment\n}", "line 1, column 3")]
    [InlineData("", "line 1, column 1")]
    [InlineData("{\"a\": [[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]}", "depth")]
    public void Read_NotJson_NamesLineAndColumn(string json, string expected)
    {
        var fault = Assert.Single(ValidManifest.FaultsOf(json));

        Assert.Equal("", fault.Field);
        Assert.Contains("is not valid JSON", fault.Problem, StringComparison.Ordinal);
        Assert.Contains(expected, fault.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", fault.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "must be an object in {}, not a list")]
    [InlineData("null", "must be an object in {}, not null")]
    public void Read_RootIsNoObject_SaysSo(string json, string problem) =>
        Assert.Equal(problem, Assert.Single(ValidManifest.FaultsOf(json)).Problem);

    [Fact]
    public void Read_NamesWithSpacesOrBrokenEscapes_AreQuotedInThePath()
    {
        var faults = ValidManifest.FaultsOf(ValidManifest.With("\"images\": 2", "\"images\": 2, \"of them\": 1, \"\\ud800\": 1"));

        Assert.Equal(["accuracy[\"of them\"]", "accuracy[\"\\\\ud800\"]"], faults.Select(fault => fault.Field));
    }

    [Fact]
    public void Read_ThousandsOfFaults_ListsAHundredAndCountsTheRest()
    {
        var labels = string.Join(",", Enumerable.Repeat("{\"name\": 1}", 5000));

        var faults = ValidManifest.FaultsOf(ValidManifest.With("{\"name\": \"crane\"}", labels));

        Assert.Equal(101, faults.Count);
        Assert.Equal("has 4900 further faults that are not listed", faults[^1].Problem);
    }

    [Fact]
    public void Read_MoreLabelsThanAllowed_IsOneFaultWithAShortValue()
    {
        var labels = string.Join(",", Enumerable.Repeat("{\"name\": \"a\"}", 100_001));

        var fault = Assert.Single(ValidManifest.FaultsOf(ValidManifest.With("{\"name\": \"crane\"}", labels)));

        Assert.Equal("has 100002 values; at most 100000 are allowed", fault.Problem);
        Assert.InRange(fault.Value!.Length, 10, 100);
        Assert.EndsWith("…", fault.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MoreMembersThanAllowed_IsOneFault()
    {
        var members = string.Join(",", Enumerable.Range(0, 100_001).Select(i => $"\"{i}\": 1"));

        var fault = Assert.Single(ValidManifest.FaultsOf($"{{{members}}}"));

        Assert.Equal("has 100001 members; at most 100000 are allowed", fault.Problem);
    }

    [Fact]
    public void Read_MillionsOfValues_AreCountedAndNotLookedAt()
    {
        var utf8 = Encoding.UTF8.GetBytes(ValidManifest.With("[0.485, 0.456, 0.406]", $"[{string.Join(",", Enumerable.Repeat('1', 4_000_000))}]"));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var fault = Assert.Single(Assert.Throws<ManifestException>(() => ManifestReader.Read(utf8, "m")).Faults);

        Assert.Equal(("preprocessing.mean", "has 4000000 values; at most 100000 are allowed"), (fault.Field, fault.Problem));
        // The parser's own table has 12 bytes a value, and the fault's text is the list: a path for each value would add hundreds of megabytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 150_000_000);
    }

    [Fact]
    public void Read_ByteOrderMark_IsSkipped() =>
        Assert.Equal("tiny", ManifestReader.Read((byte[])[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(ValidManifest.Json)], "m").Architecture);

    [Fact]
    public void Read_OtherEncoding_AsksForUtf8()
    {
        var fault = Assert.Single(Assert.Throws<ManifestException>(
            () => ManifestReader.Read((byte[])[0xFF, 0xFE, .. Encoding.Unicode.GetBytes(ValidManifest.Json)], "m")).Faults);

        Assert.Equal("is not UTF-8 text; save it as UTF-8", fault.Problem);
    }
}
