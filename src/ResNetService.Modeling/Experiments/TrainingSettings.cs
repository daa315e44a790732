using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Experiments;

/// <summary>How networks were trained, as a page says it.</summary>
internal static class TrainingSettings
{
    private static readonly string[] Told = ["training images", "--epochs", "--schedule", "--learning-rate", "--seed"];

    public static IEnumerable<(string Name, string Value)> Describe(TrainingOptions options, ExperimentData data) =>
        RunSettings.Of(options).Where(option => option.Name != "--seed")
            .Prepend(("test images", $"{data.Folders.Test.Files.Count}"))
            .Prepend(("training images", $"{data.Folders.Train.Files.Count}"));

    /// <summary>Of a network that may have been trained otherwise than its neighbours.</summary>
    public static string Describe(TrainedNetwork network) => string.Join(", ", Told
        .Where(network.Settings.ContainsKey)
        .Select(name => $"{name.TrimStart('-')} {network.Settings[name].Split(',')[0]}")
        .DefaultIfEmpty("not stated in its file"));
}
