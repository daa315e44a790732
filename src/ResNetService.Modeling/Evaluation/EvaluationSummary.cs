using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;

namespace ResNetService.Modeling.Evaluation;

/// <summary>One model's result in a line: of a table, of a CSV, or as the head of a report.</summary>
/// <param name="Model">The model's directory, as it was given.</param>
/// <param name="Architecture">As the manifest has it; free text for a network from elsewhere.</param>
/// <param name="Layers">Convolutions and linear layers on the longest path; null where the architecture is not registered, as are <paramref name="Parameters"/> and <paramref name="Published"/>.</param>
/// <param name="Parameters">Trained numbers, with as many classes as the model has.</param>
/// <param name="Provider"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Dataset">Where the images come from, as it was given.</param>
/// <param name="Views">A name of <see cref="ViewNames"/>.</param>
/// <param name="Top1Error">Images whose best class was wrong, in per cent.</param>
/// <param name="Top5Error">Images whose right class was not among the best five, in per cent.</param>
/// <param name="Loss">Mean cross-entropy, natural logarithm.</param>
/// <param name="ExpectedCalibrationError">0 to 1, over <see cref="Calibration.BinCount"/> bins.</param>
/// <param name="Published">What the authors of the architecture report, in per cent, of their own images and views.</param>
internal sealed record EvaluationSummary(
    string Model,
    string Architecture,
    int? Layers,
    long? Parameters,
    Precision Precision,
    string Provider,
    string Dataset,
    string Views,
    int Images,
    int Top1Correct,
    int Top5Correct,
    double Top1Error,
    double Top5Error,
    double Loss,
    double ExpectedCalibrationError,
    double ImagesPerSecond,
    PublishedError? Published)
{
    public static EvaluationSummary Of(string directory, IImageScorer scorer, string dataset, Views views, EvaluationResult result)
    {
        var (manifest, statistics) = (scorer.Manifest, result.Statistics);
        var architecture = Architectures.Architecture.All.FirstOrDefault(a => a.Name == manifest.Architecture);
        return new(
            directory,
            manifest.Architecture,
            architecture?.Layers,
            architecture is null ? null : CountParameters(architecture, manifest.Labels.Count),
            manifest.Precision,
            scorer.Provider,
            dataset,
            ViewNames.Of(views),
            statistics.Images,
            statistics.Top1Correct,
            statistics.Top5Correct,
            Percent(statistics.Images - statistics.Top1Correct, statistics.Images),
            Percent(statistics.Images - statistics.Top5Correct, statistics.Images),
            statistics.Loss,
            statistics.Calibration.ExpectedError,
            result.ImagesPerSecond,
            architecture?.Classes == scorer.Manifest.Labels.Count ? architecture.Published : null);
    }

    private static double Percent(int part, int all) => 100.0 * part / all;

    private static long CountParameters(Architecture architecture, int classes)
    {
        using var network = architecture.Outline(classes);
        return network.parameters().Sum(parameter => parameter.numel());
    }
}
