using ResNetService.Modeling.Training;

namespace ResNetService.Modeling.Experiments;

/// <summary>How networks were trained, as a page says it.</summary>
internal static class TrainingSettings
{
    private static readonly string[] Told = ["training images", "--epochs", "--iterations", "--schedule", "--learning-rate", "--seed"];

    public static IEnumerable<(string Name, string Value)> Describe(TrainingOptions options, ExperimentData data) =>
        RunSettings.Of(options).Where(option => option.Name != "--seed" && option.Value.Length > 0)
            .Prepend(("test images", $"{data.Folders.Test.Files.Count}"))
            .Prepend(("training images", $"{data.Folders.Train.Files.Count}"));

    /// <summary>Of a network that may have been trained otherwise than its neighbours.</summary>
    public static string Describe(NetworkTraining network) => string.Join(", ", Told
        .Where(name => network.Settings.GetValueOrDefault(name, "").Length > 0)
        .Select(name => $"{name.TrimStart('-')} {network.Settings[name].Split(',')[0]}")
        .DefaultIfEmpty("not stated in its file"));
}
