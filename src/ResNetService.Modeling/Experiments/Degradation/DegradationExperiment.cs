using ResNetService.Modeling.Plotting;
using ScottPlot;

namespace ResNetService.Modeling.Experiments.Degradation;

/// <summary>Plain networks against residual ones at two depths (paper, figures 1 and 6).</summary>
internal static class DegradationExperiment
{
    public static IReadOnlyList<string> Networks { get; } = ["plain20-cifar", "plain56-cifar", "resnet20-cifar", "resnet56-cifar"];

    public static Experiment Row { get; } = new(
        "degradation", "Does a deeper plain network have the higher training error, and a deeper residual network not?", NetworkSource.Trained, run => Run(run, TrainingRecipe.For(run.Options)));

    public static void Run(ExperimentRun run, TrainingRecipe recipe)
    {
        var architectures = ExperimentNetworks.Of(run.Options, Networks);
        var data = new ExperimentData(run, recipe);
        var trained = new NetworkTrainings(run, data);
        var networks = architectures.Select(architecture => trained.Get(architecture, recipe.Options)).ToArray();

        Directory.CreateDirectory(run.Options.Output);
        CsvFile.Write(
            run.PathOf("degradation.csv"),
            "network,layers,epoch,train_error,test_error,seconds",
            networks.SelectMany(n => n.Epochs.Select(e => new object[] { n.Name, n.Architecture.Layers, e.Epoch, e.TrainError, e.TestError, e.Seconds })));
        var families = networks.GroupBy(n => n.Family).Select(family => Draw(family.Key, [.. family.OrderBy(n => n.Architecture.Layers)])).ToArray();
        ShareHeight(families);
        PlotFiles.Save(families, families.Length, run.PathOf("degradation"), 450 * families.Length, 420);

        new ExperimentPage(Row)
            .Section("Findings")
            .List(DegradationFindings.Of(networks))
            .Picture("degradation", "error by epoch: training error dashed, test error solid")
            .Paragraph("Dashed: training error, over the steps of the epoch and on varied images. Solid: test error after the epoch.")
            .Table(
                ["network", "layers", "parameters, million", "training error", "test error", "lowest test error", "minutes"],
                networks.Select(n => new[]
                {
                    n.Name, $"{n.Architecture.Layers}", Figures.Millions(n.Architecture.Measure().Parameters), Figures.Percent(n.TrainError), Figures.Percent(n.TestError),
                    Figures.Percent(n.Epochs.Select(e => e.TestError).DefaultIfEmpty(double.NaN).Min()), Figures.Minutes(n.Epochs.Sum(e => e.Seconds)),
                }))
            .Write(run, TrainingSettings.Describe(recipe.Options, data));
    }

    private static Plot Draw(string family, IReadOnlyList<NetworkTraining> networks)
    {
        var plot = Chart.Create(family, "epoch", "error, %");
        foreach (var (series, network) in networks.Index())
        {
            plot.Line(series, null, [.. network.Epochs.Select(e => 100 * e.TrainError)], dashed: true);
            plot.Line(series, $"{network.Architecture.Layers} layers", [.. network.Epochs.Select(e => 100 * e.TestError)], marked: true);
        }

        plot.ShowLegend(Alignment.UpperRight);
        return plot;
    }

    /// <summary>Families are compared by eye.</summary>
    private static void ShareHeight(Plot[] plots)
    {
        foreach (var plot in plots)
            plot.Axes.AutoScale();
        var (bottom, top) = (plots.Min(p => p.Axes.GetLimits().Bottom), plots.Max(p => p.Axes.GetLimits().Top));
        foreach (var plot in plots.Where(_ => double.IsFinite(bottom) && bottom < top))
            plot.Axes.SetLimitsY(bottom, top);
    }
}
