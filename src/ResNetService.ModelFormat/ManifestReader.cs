using ResNetService.ModelFormat.Json;
using ResNetService.ModelFormat.Reading;

namespace ResNetService.ModelFormat;

/// <summary>Reads <c>manifest.json</c>. Nothing is guessed: what is unknown, doubled, missing or contradictory is a fault.</summary>
public static class ManifestReader
{
    /// <param name="path">The file, at most 16 MiB of UTF-8.</param>
    /// <exception cref="ManifestException">The file is absent, unreadable or wrong; every fault is listed.</exception>
    public static ModelManifest Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(BoundedFile.Read(path, new FaultList(path)), path);
    }

    /// <param name="utf8">The content of the file.</param>
    /// <param name="fileName">What faults call the file.</param>
    /// <exception cref="ManifestException">The content is wrong; every fault is listed.</exception>
    public static ModelManifest Read(ReadOnlyMemory<byte> utf8, string fileName)
    {
        var faults = new FaultList(fileName);
        using var document = StrictJson.Parse(BoundedFile.RequireUtf8(utf8, faults), faults);
        var manifest = ReadRoot(new JsonValue(document.RootElement, "", faults));
        faults.ThrowIfAny();
        return manifest!;
    }

    /// <summary>Reads the manifest's <c>preprocessing</c> where it stands alone, by the same rules.</summary>
    /// <inheritdoc cref="Read(ReadOnlyMemory{byte}, string)"/>
    public static PreprocessingSpec ReadPreprocessing(ReadOnlyMemory<byte> utf8, string fileName)
    {
        var faults = new FaultList(fileName);
        using var document = StrictJson.Parse(BoundedFile.RequireUtf8(utf8, faults), faults);
        var preprocessing = PreprocessingReader.Read(new JsonValue(document.RootElement, "preprocessing", faults));
        faults.ThrowIfAny();
        return preprocessing!;
    }

    private static ModelManifest? ReadRoot(JsonValue root)
    {
        if (root.Fields("schemaVersion", "architecture", "precision", "graph", "preprocessing", "labels", "provenance", "accuracy")
            is not { } fields)
            return null;

        ReadSchemaVersion(fields);
        var architecture = fields.Required("architecture", "the name of the network, such as \"resnet50\"")?.Text();
        var precision = fields.Required("precision", "the arithmetic of the graph: \"fp32\", \"fp16\" or \"int8\"")?.Word<Precision>();
        var graph = GraphReader.Read(fields.Required("graph", "an object with input, inputType, layout and logits"));
        var preprocessing = PreprocessingReader.Read(
            fields.Required("preprocessing", "an object with inputSize, resize, interpolation, colorOrder, scale, mean and std"));
        var labels = LabelReader.Read(fields.Required("labels", "a list of {\"name\": …} in class order"));
        var provenance = ProvenanceReader.Read(fields.Required("provenance", "an object with source and licence"));
        var accuracy = AccuracyReader.Read(fields.Optional("accuracy"));

        if (architecture is null || precision is null || graph is null || preprocessing is null || labels is null || provenance is null)
            return null;
        return new ModelManifest
        {
            Architecture = architecture,
            Precision = precision.Value,
            Graph = graph,
            Preprocessing = preprocessing,
            Labels = labels,
            Provenance = provenance,
            Accuracy = accuracy,
        };
    }

    private static void ReadSchemaVersion(JsonFields fields)
    {
        var field = fields.Required("schemaVersion", $"{ModelManifest.CurrentSchemaVersion} for the fields described here");
        if (field?.Integer(1, int.MaxValue) is { } version && version != ModelManifest.CurrentSchemaVersion)
            field.Value.Fault($"is not supported; this build reads schemaVersion {ModelManifest.CurrentSchemaVersion}");
    }
}
