using System.Text.Json;
using System.Text.Json.Serialization;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Weights;

namespace ResNetService.Modeling.Training;

/// <summary>What a run was started with, as names and values, so that it is not gone on with otherwise.</summary>
internal static class RunSettings
{
    private static readonly JsonSerializerOptions CommandLineNames = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Options under the names of the command line, the data by their digests.</summary>
    public static IReadOnlyDictionary<string, string> Of(
        Architecture architecture, TrainingData data, PreprocessingSpec spec, TrainingOptions options, PretrainedWeights? pretrained)
    {
        var settings = new Dictionary<string, string>
        {
            ["network"] = architecture.Name,
            ["classes"] = string.Join(", ", data.ClassNames),
            ["training images"] = $"{data.Train.Count}, sha256 {data.Train.Fingerprint()}",
            [data.TestIsValidation ? "validation images" : "test images"] = $"{data.Test.Count}, sha256 {data.Test.Fingerprint()}",
            [WeightMetadata.PreprocessingKey] = ManifestWriter.ToJson(spec),
            ["--init"] = pretrained is null ? "" : $"sha256 {pretrained.Sha256}",
        };
        foreach (var (name, value) in Of(options))
            settings[name] = value;
        return settings;
    }

    /// <summary>The options alone.</summary>
    public static IEnumerable<(string Name, string Value)> Of(TrainingOptions options) =>
        JsonSerializer.SerializeToElement(options, CommandLineNames).EnumerateObject().Select(option => ("--" + option.Name, option.Value.ToString()));

    /// <summary>Each setting that differs, with both of its values.</summary>
    public static IEnumerable<string> Differences(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) =>
        before.Keys.Union(now.Keys)
            .Where(name => before.GetValueOrDefault(name) != now.GetValueOrDefault(name))
            .Select(name => $"{name}: was {before.GetValueOrDefault(name, "not set")}, now {now.GetValueOrDefault(name, "not set")}");
}
