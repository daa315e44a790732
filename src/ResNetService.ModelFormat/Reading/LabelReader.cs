using System.Text.Json;
using ResNetService.ModelFormat.Json;

namespace ResNetService.ModelFormat.Reading;

internal static class LabelReader
{
    /// <summary>More classes than any classifier that fits the service (ImageNet-21k has 21,841).</summary>
    public const int MaxLabels = JsonValue.MaxCount;

    public static IReadOnlyList<Label>? Read(JsonValue? labels)
    {
        if (labels?.Array() is not { } items || !RequireAny(labels.Value, items.Count))
            return null;

        return [.. items.Select(ReadLabel).OfType<Label>()];
    }

    public static bool RequireAny(JsonValue labels, int count)
    {
        if (count == 0)
            labels.Fault("must have at least one label, one for each column of the logits");
        return count > 0;
    }

    public static Label? ReadLabel(JsonValue label)
    {
        if (label.Kind != JsonValueKind.Object)
        {
            label.Fault("must be an object such as {\"name\": \"tench\"}");
            return null;
        }

        if (label.Fields("name", "id") is not { } fields)
            return null;
        var name = fields.Required("name", "the class's name for people")?.Text();
        var id = fields.Optional("id")?.Text();
        return name is null ? null : new Label(name, id);
    }
}
