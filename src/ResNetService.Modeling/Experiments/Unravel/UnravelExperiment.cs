using ResNetService.Modeling.Experiments.Degradation;
using ResNetService.Modeling.Plotting;
using ScottPlot;

namespace ResNetService.Modeling.Experiments.Unravel;

/// <summary>How much of the error is whose: Veit, Wilber and Belongie, "Residual Networks Behave Like Ensembles of Relatively Shallow Networks".</summary>
internal static class UnravelExperiment
{
    private const string Meaning =
        "Where shortcuts are identities, x_L = x_l + the sum of F over the blocks between: each block adds a term to what goes past it. With n blocks there are 2^n ways from input to output, and half of them do not pass a given block. "
        + "To delete a block is to take one term out of the sum, relu(shortcut(x)) in place of relu(F(x) + shortcut(x)); at a change of shape the shortcut still subsamples and widens. (The ReLU behind the addition makes the sum an approximation here; the terms are not independent either, since later blocks are given what earlier ones added.) "
        + "A plain network is one product of layers: it has one way, and each deletion cuts it. Of it single layers are deleted, half as much as a block.";

    public static Experiment Row { get; } = new(
        "unravel", "What remains of a trained network when single blocks are deleted from it?", NetworkSource.OfDegradation, run => Run(run, TrainingRecipe.For(run.Options), run.Options.IsFull ? UnravelSetting.Full : UnravelSetting.Quick));

    public static void Run(ExperimentRun run, TrainingRecipe recipe, UnravelSetting setting)
    {
        var architectures = ExperimentNetworks.Of(run.Options, DegradationExperiment.Networks);
        var data = new ExperimentData(run, recipe);
        var trained = new NetworkTrainings(run, data);
        var networks = architectures.Select(architecture => trained.Get(architecture, recipe.Options, anySettings: true)).ToArray();
        using var batches = new TestBatches(data.Test, setting.Images);
        var results = networks.Select(network => Unraveling.Measure(run, network, data.Classes, batches, setting.Drawings)).ToArray();

        Directory.CreateDirectory(run.Options.Output);
        CsvFile.Write(
            run.PathOf("unravel.csv"),
            "network,deleted,changes_shape,error",
            results.SelectMany(r => r.Single.Select(d => new object[] { r.Network.Name, d.Part.Name, d.Part.ChangesShape, d.Error }).Prepend([r.Network.Name, "nothing", false, r.Error])));
        CsvFile.Write(
            run.PathOf("unravel-several.csv"),
            "network,deleted,drawing,error",
            results.SelectMany(r => r.Several.SelectMany(s => s.Errors.Select((error, drawing) => new object[] { r.Network.Name, s.Parts, drawing + 1, error }))));
        PlotFiles.Save([ByPosition(results), Sorted(results), Several(results)], columns: 1, run.PathOf("unravel"), 900, 1080);

        new ExperimentPage(Row)
            .Paragraph(Meaning)
            .Section("Findings")
            .List(UnravelFindings.Of(results, data.Classes))
            .Picture("unravel", "error after deleting one part, by its place and sorted, and several at random")
            .Table(
                ["network", "parts", "error of the whole", "median without one", "worst without one", "worst part", "trained with"],
                results.Select(r => (Result: r, Worst: r.Single.MaxBy(d => d.Error)!)).Select(r => new[]
                {
                    r.Result.Network.Name, $"{r.Result.Single.Count}", Figures.Percent(r.Result.Error), Figures.Percent(Statistics.Median(r.Result.Single.Select(d => d.Error))),
                    Figures.Percent(r.Worst.Error), r.Worst.Part.Name, TrainingSettings.Describe(r.Result.Network),
                }))
            .Write(run, [("test images", $"{batches.Count}"), ("drawings of each number of parts", $"{setting.Drawings}")]);
    }

    private static Plot ByPosition(Unraveling[] results)
    {
        var plot = Chart.Create("one part deleted", "place in the network, 0 at the image and 1 at the logits", "error, %", wholeNumbers: false);
        foreach (var (series, result) in results.Index())
        {
            var positions = result.Single.Select((_, i) => (i + 0.5) / result.Single.Count).ToArray();
            plot.Line(series, result.Network.Name, Percents(result.Single), positions, marked: true);
            plot.Level(series, 100 * result.Error);
        }

        plot.ShowLegend(Edge.Right);
        return plot;
    }

    private static Plot Sorted(Unraveling[] results)
    {
        var plot = Chart.Create("the same, sorted", "parts, worst deletion first", "error, %");
        foreach (var (series, result) in results.Index())
        {
            plot.Line(series, result.Network.Name, Percents(result.Single.OrderByDescending(d => d.Error)), marked: true);
            plot.Level(series, 100 * result.Error);
        }

        plot.ShowLegend(Edge.Right);
        return plot;
    }

    private static Plot Several(Unraveling[] results)
    {
        var plot = Chart.Create("several parts deleted at random, mean of the drawings", "parts deleted", "error, %");
        foreach (var (series, result) in results.Index())
        {
            plot.Line(
                series,
                result.Network.Name,
                [100 * result.Error, 100 * result.Single.Average(d => d.Error), .. result.Several.Select(s => 100 * s.Mean)],
                [0, 1, .. result.Several.Select(s => (double)s.Parts)],
                marked: true);
        }

        plot.ShowLegend(Edge.Right);
        return plot;
    }

    private static double[] Percents(IEnumerable<Deletion> deletions) => [.. deletions.Select(d => 100 * d.Error)];
}

/// <param name="Images">At most so many test images; null for all.</param>
/// <param name="Drawings">Of each number of parts.</param>
internal sealed record UnravelSetting(int? Images, int Drawings)
{
    public static UnravelSetting Quick { get; } = new(1000, 5);

    public static UnravelSetting Full { get; } = new(null, 20);
}
