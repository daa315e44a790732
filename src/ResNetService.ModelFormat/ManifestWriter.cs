using System.Text;
using System.Text.Json;
using ResNetService.ModelFormat.Json;

namespace ResNetService.ModelFormat;

/// <summary>
/// Writes <c>manifest.json</c> in one layout, so that two exports differ only where the models do: fields in a fixed order,
/// numbers with all their digits, one label a line. What is written reads back equal.
/// </summary>
public static class ManifestWriter
{
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JsonText.Encoder };

    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JsonText.Encoder };

    /// <exception cref="ManifestException">The manifest breaks a rule that <see cref="ManifestReader"/> enforces.</exception>
    public static string ToJson(ModelManifest manifest) => Encoding.UTF8.GetString(ToUtf8(manifest, ModelManifest.FileName));

    /// <summary>The manifest's <c>preprocessing</c> alone, in one line; <see cref="ManifestReader.ReadPreprocessing"/> reads it.</summary>
    public static string ToJson(PreprocessingSpec preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        using var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content, OneLine))
            WritePreprocessing(json, preprocessing);
        return Encoding.UTF8.GetString(content.ToArray());
    }

    /// <summary>Replaces the file as a whole or, whatever happens, leaves what was there.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="ManifestException">The manifest breaks a rule that <see cref="ManifestReader"/> enforces; nothing is written.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static void Write(ModelManifest manifest, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var content = ToUtf8(manifest, path);

        // In the same folder, since a rename is atomic only within a file system.
        var temporary = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static byte[] ToUtf8(ModelManifest manifest, string fileName)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        using var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content, Indented))
            WriteRoot(json, manifest);
        content.WriteByte((byte)'\n');

        // The reader's rules are the only ones: what it refuses is never written.
        var utf8 = content.ToArray();
        if (!ManifestReader.Read(utf8, fileName).Equals(manifest))
            throw new ManifestException([new ManifestFault(fileName, "", null, "has text that UTF-8 cannot hold (half of a surrogate pair)")]);
        return utf8;
    }

    private static void WriteRoot(Utf8JsonWriter json, ModelManifest manifest)
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", ModelManifest.CurrentSchemaVersion);
        json.WriteString("architecture", manifest.Architecture);
        json.WriteString("precision", Words.Of(manifest.Precision));
        WriteGraph(json, manifest.Graph);
        json.WritePropertyName("preprocessing");
        WritePreprocessing(json, manifest.Preprocessing);
        json.WriteStartArray("labels");
        foreach (var label in manifest.Labels)
            json.WriteRawValue($"\n    {LabelText(label)}", skipInputValidation: true);
        json.WriteEndArray();
        WriteProvenance(json, manifest.Provenance);
        WriteAccuracy(json, manifest.Accuracy);
        json.WriteEndObject();
    }

    private static void WriteGraph(Utf8JsonWriter json, GraphSpec graph)
    {
        json.WriteStartObject("graph");
        json.WriteString("input", graph.Input);
        json.WriteString("inputType", Words.Of(graph.InputType));
        json.WriteString("layout", Words.Of(graph.Layout));
        json.WriteString("logits", graph.Logits);
        json.WriteString("features", graph.Features);
        json.WriteEndObject();
    }

    private static void WritePreprocessing(Utf8JsonWriter json, PreprocessingSpec preprocessing)
    {
        json.WriteStartObject();
        json.WriteNumber("inputSize", preprocessing.InputSize);
        json.WriteNumber("resize", preprocessing.Resize);
        WriteRaw(json, "cropPct", JsonText.Number(preprocessing.CropPct));
        json.WriteString("interpolation", Words.Of(preprocessing.Interpolation));
        json.WriteString("colorOrder", Words.Of(preprocessing.ColorOrder));
        WriteRaw(json, "scale", JsonText.Number(preprocessing.Scale));
        WriteRaw(json, "mean", $"[{string.Join(", ", preprocessing.Mean.Select(JsonText.Number))}]");
        WriteRaw(json, "std", $"[{string.Join(", ", preprocessing.Std.Select(JsonText.Number))}]");
        json.WriteEndObject();
    }

    private static void WriteProvenance(Utf8JsonWriter json, Provenance provenance)
    {
        json.WriteStartObject("provenance");
        json.WriteString("source", provenance.Source);
        json.WriteString("licence", provenance.Licence);
        if (provenance.Sha256 is not null)
            json.WriteString("sha256", provenance.Sha256);
        json.WriteEndObject();
    }

    private static void WriteAccuracy(Utf8JsonWriter json, Accuracy? accuracy)
    {
        if (accuracy is null)
        {
            json.WriteNull("accuracy");
            return;
        }

        json.WriteStartObject("accuracy");
        WriteRaw(json, "top1", JsonText.Number(accuracy.Top1));
        WriteRaw(json, "top5", JsonText.Number(accuracy.Top5));
        json.WriteNumber("images", accuracy.Images);
        json.WriteString("dataset", accuracy.Dataset);
        json.WriteString("command", accuracy.Command);
        json.WriteEndObject();
    }

    private static string LabelText(Label label) => label.Id is null
        ? $"{{\"name\": {JsonText.Quote(label.Name)}}}"
        : $"{{\"name\": {JsonText.Quote(label.Name)}, \"id\": {JsonText.Quote(label.Id)}}}";

    private static void WriteRaw(Utf8JsonWriter json, string name, string text)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(text, skipInputValidation: true);
    }
}
