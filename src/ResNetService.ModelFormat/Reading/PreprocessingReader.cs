using System.Globalization;
using ResNetService.ModelFormat.Json;

namespace ResNetService.ModelFormat.Reading;

internal static class PreprocessingReader
{
    private const int Channels = 3;
    private const int MaxPixel = 255;

    public static PreprocessingSpec? Read(JsonValue? preprocessing)
    {
        if (preprocessing?.Fields("inputSize", "resize", "cropPct", "interpolation", "colorOrder", "scale", "mean", "std") is not { } fields)
            return null;

        var inputSize = fields.Required("inputSize", "the side of the network's input in pixels, such as 224")?.Integer(1, PreprocessingSpec.MaxInputSize);
        var resize = ReadResize(fields, inputSize);
        var interpolation = fields.Required("interpolation", "\"bilinear\" or \"bicubic\"")?.Word<Interpolation>();
        var colorOrder = fields.Required("colorOrder", "\"rgb\" or \"bgr\"")?.Word<ColorOrder>();
        var scale = fields.Required("scale", "the factor from a pixel (0 to 255) to the unit of mean and std, mostly 1/255 = 0.00392156862745098")?.PositiveNumber();
        var mean = ReadChannels(fields.Required("mean", "three numbers, one a channel"), value => value.Number());
        var std = ReadChannels(fields.Required("std", "three numbers above 0, one a channel"), value => value.PositiveNumber());
        if (scale is { } factor)
            CheckUnits(fields, factor, mean, std);

        if (inputSize is null || resize is null || interpolation is null || colorOrder is null || scale is null || mean is null || std is null)
            return null;
        return new PreprocessingSpec
        {
            InputSize = inputSize.Value,
            Resize = resize.Value,
            Interpolation = interpolation.Value,
            ColorOrder = colorOrder.Value,
            Scale = scale.Value,
            Mean = mean,
            Std = std,
        };
    }

    /// <summary>Either field says it, both may: <c>resize</c>, or timm's floor(inputSize / cropPct).</summary>
    private static int? ReadResize(JsonFields fields, int? inputSize)
    {
        var resizeField = fields.Optional("resize");
        var cropPctField = fields.Optional("cropPct");
        if (resizeField is null && cropPctField is null)
            fields.FaultMissing("resize", "is missing; it is the shorter side in pixels before the crop, such as 256 (or give cropPct)");

        var resize = resizeField?.Integer(1, PreprocessingSpec.MaxResize);
        if (cropPctField?.PositiveNumber() is not { } cropPct || inputSize is not { } size)
            return resize;

        // 224 / (224 / 235.0) falls just short of 235; what the quotient lacks by rounding is no contradiction.
        var computed = Math.Floor(size / cropPct * (1 + 1e-12));
        if (computed is < 1 or > PreprocessingSpec.MaxResize)
            cropPctField.Value.Fault(Invariant(
                $"gives a resize of {size / cropPct:G6}; inputSize {size} / cropPct must be from 1 to {PreprocessingSpec.MaxResize}"));
        else if (resize is { } given && given != (int)computed)
            cropPctField.Value.Fault(Invariant(
                $"contradicts resize {given}: inputSize {size} / cropPct gives {computed}; resize {given} is cropPct {(double)size / given}. Leave one of them out"));
        return resizeField is null ? (int)computed : resize;
    }

    private static double[]? ReadChannels(JsonValue? field, Func<JsonValue, double?> read)
    {
        if (field?.Array() is not { } items)
            return null;
        if (items.Count != Channels)
            field.Value.Fault($"must have {Channels} values, one a channel, not {items.Count}");

        var values = items.Select(read).ToArray();
        return values.Length == Channels && values.All(value => value is not null)
            ? [.. values.Select(value => value!.Value)]
            : null;
    }

    /// <summary>
    /// Mean and deviation are those of scaled pixels. Taken in the other unit (0.485 with scale 1, 123.7 with scale 1/255)
    /// they make a network that runs and is wrong, which no later check can see.
    /// </summary>
    private static void CheckUnits(JsonFields fields, double scale, double[]? mean, double[]? std)
    {
        var white = MaxPixel * scale;
        if (mean is not null && mean.Any(value => value < -0.01 * white || value > 1.01 * white))
            fields.Optional("mean")?.Fault(Invariant($"lies outside the scaled pixels, 0 to {white:G6}: mean and scale must have the same unit"));
        if (std is not null && std.Any(value => value < 0.5 * scale || value > 2.01 * white))
            fields.Optional("std")?.Fault(Invariant(
                $"cannot be the deviation of scaled pixels, 0 to {white:G6}: it is expected from {0.5 * scale:G6} to {2 * white:G6}, in the unit of scale"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
