using System.Text.Json;
using ResNetService.ModelFormat.Json;

namespace ResNetService.ModelFormat.Reading;

internal static class LabelReader
{
    /// <summary>More classes than any classifier that fits the service (ImageNet-21k has 21,841).</summary>
    public const int MaxLabels = 100_000;

    public static IReadOnlyList<Label>? Read(JsonValue? labels)
    {
        if (labels?.Array() is not { } items || !CheckCount(labels.Value, items.Count))
            return null;

        return [.. items.Select(ReadLabel).OfType<Label>()];
    }

    public static bool CheckCount(JsonValue labels, int count)
    {
        if (count is >= 1 and <= MaxLabels)
            return true;

        labels.Fault(count == 0
            ? "must have at least one label, one for each column of the logits"
            : $"has {count} labels; at most {MaxLabels} are allowed");
        return false;
    }

    public static Label? ReadLabel(JsonValue label)
    {
        if (label.Kind != JsonValueKind.Object)
        {
            label.Fault("must be an object such as {\"name\": \"tench\"}");
            return null;
        }

        var fields = label.Fields("name", "id")!;
        var name = fields.Required("name", "the class's name for people")?.Text();
        var id = fields.Optional("id")?.Text();
        return name is null ? null : new Label(name, id);
    }
}
