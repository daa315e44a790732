using ResNetService.ModelFormat.Json;

namespace ResNetService.ModelFormat.Reading;

internal static class AccuracyReader
{
    public static Accuracy? Read(JsonValue? accuracy)
    {
        if (accuracy?.Fields("top1", "top5", "images", "dataset", "command") is not { } fields)
            return null;

        var top1 = fields.Required("top1", "the fraction that is right, from 0 to 1")?.Fraction();
        var top5Field = fields.Required("top5", "the fraction with the right class among the best five, from 0 to 1");
        var top5 = top5Field?.Fraction();
        var images = fields.Required("images", "how many images were classified")?.Integer(1, int.MaxValue);
        var dataset = fields.Required("dataset", "which images")?.Text();
        var command = fields.Required("command", "the command that repeats the measurement")?.Text();
        if (top5 < top1)
            top5Field?.Fault("must not be below top1: the best class is one of the best five");

        return top1 is null || top5 is null || images is null || dataset is null || command is null
            ? null
            : new Accuracy(top1.Value, top5.Value, images.Value, dataset, command);
    }
}
