using System.Text.Json;
using ResNetService.ModelFormat;
using ResNetService.ModelFormat.Json;
using ResNetService.ModelFormat.Reading;
using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Pull;

/// <summary>Reads a catalogue as strictly as a manifest is read, by the same rules where the two have the same fields.</summary>
internal static class WeightCatalogueReader
{
    public const int MinSha256Digits = 8;
    private const int MaxSha256Digits = 64;
    private const int MaxNameLength = 100;
    private const int SchemaVersion = 1;

    /// <exception cref="ManifestException">The content is wrong; every fault is listed.</exception>
    public static IReadOnlyList<PublishedWeights> Read(ReadOnlyMemory<byte> utf8, string fileName)
    {
        var faults = new FaultList(fileName);
        using var document = StrictJson.Parse(BoundedFile.RequireUtf8(utf8, faults), faults);
        var weights = ReadRoot(new JsonValue(document.RootElement, "", faults));
        faults.ThrowIfAny();
        return weights;
    }

    private static List<PublishedWeights> ReadRoot(JsonValue root)
    {
        var weights = new List<PublishedWeights>();
        if (root.Fields("schemaVersion", "weights") is not { } fields)
            return weights;

        var version = fields.Required("schemaVersion", $"{SchemaVersion} for the fields described here");
        if (version?.Integer(1, int.MaxValue) is not (null or SchemaVersion))
            version.Value.Fault($"is not supported; this build reads schemaVersion {SchemaVersion}");
        var names = new HashSet<string>();
        foreach (var item in fields.Required("weights", "a list of weights, each with its name and where it lies")?.Array() ?? [])
        {
            if (item.Fields("name", "architecture", "url", "sha256", "size", "licence", "labels", "preprocessing", "accuracy") is { } entry
                && ReadEntry(entry, names) is { } read)
                weights.Add(read);
        }

        return weights;
    }

    private static PublishedWeights? ReadEntry(JsonFields fields, HashSet<string> names)
    {
        var name = ReadName(fields.Required("name", "what 'resnet pull' calls the weights"), names);
        var architecture = ReadArchitecture(fields.Required("architecture", "a network of 'resnet list'"));
        var url = ReadUrl(fields.Required("url", "the address of the file"));
        var sha256 = ReadSha256(fields.Required("sha256", "the digest of the file, or its beginning where no more is published"));
        var size = Checked(fields.Optional("size"), PublishedSize.Parse, $"must be {PublishedSize.Form}");
        var licence = fields.Required("licence", "an SPDX identifier such as \"BSD-3-Clause\", or a sentence")?.Text();
        var labels = ReadLabels(fields.Required("labels", "\"imagenet\", \"cifar10\", or a list of {\"name\": …} in class order"));
        var preprocessing = PreprocessingReader.Read(fields.Required("preprocessing", "an object as in a manifest"));
        var accuracy = ReadAccuracy(fields.Optional("accuracy"));

        return name is null || architecture is null || url is null || sha256 is null || licence is null || labels is null || preprocessing is null
            ? null
            : new PublishedWeights(name, architecture, url, sha256, size, licence, labels, preprocessing, accuracy);
    }

    private static string? ReadName(JsonValue? field, HashSet<string> names)
    {
        var name = Checked(
            field,
            text => IsFolderName(text) ? text : null,
            $"must be fit for a model's folder: at most {MaxNameLength} letters, digits, '-', '_' and '.', beginning with a letter or a digit, not ending in '.part'");
        if (name is null || names.Add(name))
            return name;
        field!.Value.Fault("is the name of other weights too");
        return null;
    }

    private static bool IsFolderName(string text) =>
        text.Length <= MaxNameLength
        && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && !text.EndsWith(".part", StringComparison.Ordinal);

    private static Architecture? ReadArchitecture(JsonValue? field) =>
        Checked(field, name => Architecture.All.FirstOrDefault(a => a.Name == name), "is no network of 'resnet list'");

    /// <remarks>A plain connection is the decision of whoever names a mirror, never a catalogue's.</remarks>
    private static Uri? ReadUrl(JsonValue? field) =>
        Checked(field, text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps ? url : null, "must be an address that begins with https://");

    private static string? ReadSha256(JsonValue? field) => Checked(
        field,
        text => text.Length is >= MinSha256Digits and <= MaxSha256Digits && text.All(char.IsAsciiHexDigitLower) ? text : null,
        $"must be {MinSha256Digits} to {MaxSha256Digits} lower-case hexadecimal digits");

    private static IReadOnlyList<Label>? ReadLabels(JsonValue? field) => field?.Kind == JsonValueKind.Array
        ? LabelReader.Read(field)
        : Checked(field, LabelSets.Find, "must be \"imagenet\", \"cifar10\", or a list of {\"name\": …} in class order");

    private static PublishedAccuracy? ReadAccuracy(JsonValue? accuracy)
    {
        if (accuracy?.Fields("top1", "top5", "dataset", "source") is not { } fields)
            return null;

        var top1 = fields.Required("top1", "the fraction that is right, from 0 to 1")?.Fraction();
        var top5Field = fields.Required("top5", "the fraction with the right class among the best five, from 0 to 1");
        var top5 = top5Field?.Fraction();
        var dataset = fields.Required("dataset", "which images")?.Text();
        var source = fields.Required("source", "where it is published")?.Text();
        if (top5 < top1)
            top5Field?.Fault("must not be below top1: the best class is one of the best five");
        return top1 is null || top5 is null || dataset is null || source is null ? null : new(top1.Value, top5.Value, dataset, source);
    }

    private static T? Checked<T>(JsonValue? field, Func<string, T?> read, string problem)
        where T : class
    {
        if (field?.Text() is not { } text)
            return null;
        var value = read(text);
        if (value is null)
            field.Value.Fault(problem);
        return value;
    }
}
