using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Training;
using ResNetService.Modeling.Weights;

namespace ResNetService.Modeling.Experiments;

/// <summary>The trainings of an experiment, each in a folder of its own: what is finished is used, what was interrupted goes on, the rest is trained.</summary>
internal sealed class NetworkTrainings(ExperimentRun run, ExperimentData data)
{
    /// <param name="recipe">To train it with.</param>
    /// <param name="anySettings">Whether a finished training will do that was made otherwise.</param>
    /// <exception cref="ExperimentException">A finished training was made otherwise, and is wanted so; each difference is named.</exception>
    /// <exception cref="TrainingException">Training cannot begin, or an interrupted one was begun otherwise.</exception>
    public NetworkTraining Get(Architecture architecture, TrainingOptions recipe, bool anySettings = false)
    {
        recipe = TrainingRecipe.For(architecture, recipe);
        var output = new TrainingOutput(Path.Combine(run.Options.Runs, architecture.Name));
        string? failure = null;
        if (!File.Exists(output.Weights))
            failure = Train(architecture, output, recipe);
        if (failure is not null)
            return new(architecture, output, RunSettings.Of(recipe).ToDictionary(), History(output), failure);

        var settings = Settings(output.Weights);
        if (!anySettings && Differences(settings, Wanted(architecture, recipe)).ToArray() is { Length: > 0 } differences)
            throw new ExperimentException($"{output.Directory} holds a training with other settings; choose another folder, or the same settings:{string.Concat(differences.Select(d => $"{Environment.NewLine}  {d}"))}");
        return new(architecture, output, settings, History(output));
    }

    /// <returns>Why it ended early, or null.</returns>
    private string? Train(Architecture architecture, TrainingOutput output, TrainingOptions recipe)
    {
        using var training = TrainingRun.Open(architecture, data.Images, output, recipe, resume: File.Exists(output.Checkpoint), run.Time);
        while (!training.IsFinished)
        {
            try
            {
                var title = $"{architecture.Name}, epoch {training.Epoch}/{training.Epochs}";
                var epoch = run.Progress.Show(title, training.StepsPerEpoch, steps => training.RunEpoch(steps, run.CancellationToken));
                run.Progress.Say($"{title}: train error {Figures.Percent(1 - epoch.TrainTop1)}, test error {Figures.Percent(1 - epoch.TestTop1)}");
            }
            catch (TrainingException e)
            {
                run.Progress.Say($"{architecture.Name}: {e.Message}");
                return e.Message;
            }
        }

        training.WriteWeights();
        return null;
    }

    private static IReadOnlyList<EpochErrors> History(TrainingOutput output) => File.Exists(output.History) ? EpochErrors.Read(output.History) : [];

    private static IReadOnlyDictionary<string, string> Settings(string weights)
    {
        using var file = WeightFile.Open(weights);
        return file.Metadata;
    }

    /// <summary>As the weights' metadata has them, but of the images their numbers alone, so that none has to be decoded.</summary>
    private Dictionary<string, string> Wanted(Architecture architecture, TrainingOptions recipe) => new(RunSettings.Of(recipe).ToDictionary())
    {
        ["network"] = architecture.Name,
        ["classes"] = string.Join(", ", data.Folders.Train.ClassNames),
        [TrainImages] = $"{data.Folders.Train.Files.Count}",
        [TestImages] = $"{data.Folders.Test.Files.Count}",
    };

    private const string TrainImages = "training images";
    private const string TestImages = "test images";

    /// <summary>Settings that only one side knows are of another version of the program, and no difference.</summary>
    private static IEnumerable<string> Differences(IReadOnlyDictionary<string, string> found, Dictionary<string, string> wanted)
    {
        var known = found.Where(setting => wanted.ContainsKey(setting.Key))
            .ToDictionary(setting => setting.Key, setting => setting.Key is TrainImages or TestImages ? setting.Value.Split(',')[0] : setting.Value);
        return RunSettings.Differences(known, wanted.Where(setting => known.ContainsKey(setting.Key)).ToDictionary());
    }
}
