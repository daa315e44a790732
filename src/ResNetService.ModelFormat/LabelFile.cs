using System.Globalization;
using System.Text;
using System.Text.Json;
using ResNetService.ModelFormat.Json;
using ResNetService.ModelFormat.Reading;

namespace ResNetService.ModelFormat;

/// <summary>
/// Reads class labels from the files that people have: one name a line; <c>id&lt;TAB&gt;name</c> a line; a JSON list of names or
/// of <c>{"name","id"}</c>; or a JSON object from class index to name or to <c>[id, name]</c>, as ImageNet's class_index.json.
/// </summary>
public static class LabelFile
{
    /// <param name="path">The file, at most 16 MiB of UTF-8. It is read as JSON where it begins with <c>[</c> or <c>{</c>.</param>
    /// <returns>The labels in the order of their class index.</returns>
    /// <exception cref="ManifestException">The file is absent, unreadable or wrong; every fault is listed.</exception>
    public static IReadOnlyList<Label> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var faults = new FaultList(path);
        var utf8 = BoundedFile.RequireUtf8(BoundedFile.Read(path, faults), faults);
        var labels = utf8.Span.TrimStart(" \t\r\n"u8) is [(byte)'[' or (byte)'{', ..]
            ? ReadJson(utf8, faults)
            : ReadLines(Encoding.UTF8.GetString(utf8.Span), faults);
        faults.ThrowIfAny();
        return labels;
    }

    private static Label[] ReadLines(string text, FaultList faults)
    {
        text = text.TrimEnd('\r', '\n');
        var count = text.AsSpan().Count('\n') + 1;
        if (count > LabelReader.MaxLabels)
            throw faults.Stop("", null, $"has {count} lines; at most {LabelReader.MaxLabels} labels are allowed");
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
        if (lines is [""])
            throw faults.Stop("", null, "is empty; it must have one label a line");

        var columns = lines[0].Split('\t').Length;
        return [.. lines.Select((line, index) => ReadLine(line, columns, string.Create(CultureInfo.InvariantCulture, $"line {index + 1}"), faults))];
    }

    private static Label ReadLine(string line, int columns, string place, FaultList faults)
    {
        var fields = line.Split('\t');
        if (string.IsNullOrWhiteSpace(line))
            faults.Add(place, null, "is empty; the number of a line is its class index, so none may be left out");
        else if (fields.Length > 2 || fields.Length != columns)
            faults.Add(place, line, "must be a name, or an id, one tab and a name, like all the other lines");
        else if (fields.Any(string.IsNullOrWhiteSpace))
            faults.Add(place, line, "must have something on both sides of the tab: id, tab, name");
        else if (fields.Any(field => field.Any(char.IsControl)))
            faults.Add(place, line, "must not contain control characters");
        return fields.Length == 2 ? new Label(fields[1], fields[0]) : new Label(line);
    }

    private static Label[] ReadJson(ReadOnlyMemory<byte> utf8, FaultList faults)
    {
        using var document = StrictJson.Parse(utf8, faults);
        var root = new JsonValue(document.RootElement, "", faults);
        var labels = root.Kind == JsonValueKind.Array ? ReadList(root) : ReadMap(root);
        faults.ThrowIfAny();
        return labels;
    }

    private static Label[] ReadList(JsonValue root) =>
        root.Array() is { } items && LabelReader.RequireAny(root, items.Count) ? [.. items.Select(ReadEntry).OfType<Label>()] : [];

    private static Label[] ReadMap(JsonValue root)
    {
        if (root.Members() is not { } members || !LabelReader.RequireAny(root, members.Count))
            return [];

        var labels = new Label?[members.Count];
        var given = new bool[members.Count];
        foreach (var (key, member) in members)
        {
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= labels.Length)
            {
                member.Fault($"has a key that is no class index from 0 to {labels.Length - 1}");
                continue;
            }

            if (given[index])
                member.Fault($"gives class {index} again");
            given[index] = true;
            labels[index] = ReadEntry(member);
        }

        for (var index = 0; index < labels.Length; index++)
        {
            if (!given[index])
                root.FaultMissing(index.ToString(CultureInfo.InvariantCulture), $"is missing; {labels.Length} classes have the keys 0 to {labels.Length - 1}");
        }

        return [.. labels.OfType<Label>()];
    }

    /// <summary>"tench", {"name": "tench", "id": "n01440764"} or ["n01440764", "tench"].</summary>
    private static Label? ReadEntry(JsonValue entry)
    {
        switch (entry.Kind)
        {
            case JsonValueKind.Object:
                return LabelReader.ReadLabel(entry);
            case JsonValueKind.Array when entry.Array() is [var id, var name]:
                var (idText, nameText) = (id.Text(), name.Text());
                return nameText is null ? null : new Label(nameText, idText);
            case JsonValueKind.String:
                return entry.Text() is { } text ? new Label(text) : null;
            default:
                entry.Fault("must be a name, [\"id\", \"name\"] or {\"name\": …, \"id\": …}");
                return null;
        }
    }
}
