using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Plotting;
using ResNetService.Modeling.Training;
using ScottPlot;
using TorchSharp.Modules;

namespace ResNetService.Modeling.Experiments.Shortcuts;

/// <summary>The ways around a block: A, B and C of the paper (table 3), and highway gates (table 6).</summary>
internal static class ShortcutsExperiment
{
    public static IReadOnlyList<string> Networks { get; } = ["resnet20-cifar", "resnet20-cifar-b", "resnet20-cifar-c", "highway19-cifar"];

    public static Experiment Row { get; } = new(
        "shortcuts", "Does it matter how a shortcut changes the shape, whether it is projected everywhere, or gated?", NetworkSource.Trained, run => Run(run, TrainingRecipe.For(run.Options)));

    public static void Run(ExperimentRun run, TrainingRecipe recipe)
    {
        var architectures = ExperimentNetworks.Of(run.Options, Networks);
        var data = new ExperimentData(run, recipe);
        var trained = new NetworkTrainings(run, data);
        var networks = architectures.Select(architecture => trained.Get(architecture, OptionsFor(architecture, recipe.Options))).ToArray();

        Directory.CreateDirectory(run.Options.Output);
        CsvFile.Write(
            run.PathOf("shortcuts.csv"),
            "network,epoch,train_error,test_error,seconds",
            networks.SelectMany(n => n.Epochs.Select(e => new object[] { n.Name, e.Epoch, e.TrainError, e.TestError, e.Seconds })));
        PlotFiles.Save(Draw(networks), run.PathOf("shortcuts"));

        new ExperimentPage(Row)
            .Section("Findings")
            .List(ShortcutsFindings.Of(networks))
            .Picture("shortcuts", "error by epoch: training error dashed, test error solid")
            .Paragraph("Dashed: training error, over the steps of the epoch and on varied images. Solid: test error after the epoch. A network without BatchNorm is trained at a tenth of the learning rate.")
            .Table(
                ["network", "parameters, million", "multiply-adds, million", "learning rate", "training error", "test error", "minutes"],
                networks.Select(n => (Network: n, Cost: n.Architecture.Measure())).Select(n => new[]
                {
                    n.Network.Name, Figures.Millions(n.Cost.Parameters), Figures.Millions(n.Cost.MultiplyAdds), Figures.Short(OptionsFor(n.Network.Architecture, recipe.Options).LearningRate),
                    Figures.Percent(n.Network.TrainError), Figures.Percent(n.Network.TestError), Figures.Minutes(n.Network.Epochs.Sum(e => e.Seconds)),
                }))
            .Write(run, TrainingSettings.Describe(recipe.Options, data));
    }

    /// <summary>The paper's rate is one for networks with BatchNorm.</summary>
    public static TrainingOptions OptionsFor(Architecture architecture, TrainingOptions options)
    {
        using var network = architecture.Build();
        return network.modules().OfType<BatchNorm2d>().Any() ? options : options with { LearningRate = options.LearningRate / 10 };
    }

    private static Plot Draw(NetworkTraining[] networks)
    {
        var plot = Chart.Create("shortcuts", "epoch", "error, %");
        foreach (var (series, network) in networks.Index())
        {
            plot.Line(series, null, [.. network.Epochs.Select(e => 100 * e.TrainError)], dashed: true);
            plot.Line(series, network.Name, [.. network.Epochs.Select(e => 100 * e.TestError)], marked: true);
        }

        plot.ShowLegend(Edge.Right);
        return plot;
    }
}
