using ResNetService.Modeling.Experiments.Degradation;
using ResNetService.Modeling.Plotting;
using ScottPlot;

namespace ResNetService.Modeling.Experiments.Responses;

/// <summary>How strongly the layers of trained networks answer (paper, figure 7).</summary>
internal static class ResponsesExperiment
{
    public static Experiment Row { get; } = new(
        "responses", "Do the layers of residual networks answer more weakly than those of plain ones, so that a block changes little?", NetworkSource.OfDegradation, run => Run(run, TrainingRecipe.For(run.Options)));

    public static void Run(ExperimentRun run, TrainingRecipe recipe)
    {
        var architectures = ExperimentNetworks.Of(run.Options, DegradationExperiment.Networks);
        var data = new ExperimentData(run, recipe);
        var trained = new NetworkTrainings(run, data);
        var networks = architectures.Select(architecture => trained.Get(architecture, recipe.Options, anySettings: true)).ToArray();
        using var batches = new TestBatches(data.Test);
        var responses = networks.Select(network => new NetworkResponses(network, Measure(run, network, data.Classes, batches))).ToArray();

        Directory.CreateDirectory(run.Options.Output);
        CsvFile.Write(
            run.PathOf("responses.csv"),
            "network,layer,name,std",
            responses.SelectMany(r => r.Layers.Select(layer => new object[] { r.Network.Name, layer.Layer, layer.Name, layer.Deviation })));
        PlotFiles.Save(
            [Draw(responses, "by layer", "layer", layers => layers), Draw(responses, "sorted", "layers, strongest first", layers => layers.OrderByDescending(std => std))],
            columns: 1, run.PathOf("responses"), 900, 760);

        new ExperimentPage(Row)
            .Section("Findings")
            .List(ResponsesFindings.Of(responses))
            .Picture("responses", "standard deviation of layer responses, by layer and sorted")
            .Paragraph("Standard deviations of the outputs of each 3x3 layer, behind BatchNorm and before nonlinearity and addition, over the test images.")
            .Table(
                ["network", "3x3 layers", "mean", "median", "strongest", "weakest", "test error", "trained with"],
                responses.Select(r => new[]
                {
                    r.Network.Name, $"{r.Layers.Count}", Figures.Short(r.Deviations.Average()), Figures.Short(r.Median), Figures.Short(r.Deviations.Max()),
                    Figures.Short(r.Deviations.Min()), Figures.Percent(r.Network.TestError), TrainingSettings.Describe(r.Network),
                }))
            .Write(run, [("test images", $"{batches.Count}")]);
    }

    private static IReadOnlyList<LayerResponse> Measure(ExperimentRun run, NetworkTraining trained, int classes, TestBatches batches)
    {
        using var network = trained.Load(classes);
        return run.Progress.Show($"measuring {trained.Name}", batches.Count, progress => LayerResponse.Measure(network, batches, progress, run.CancellationToken));
    }

    private static Plot Draw(NetworkResponses[] responses, string title, string axis, Func<IEnumerable<double>, IEnumerable<double>> order)
    {
        var plot = Chart.Create(title, axis, "std", logarithmic: true);
        var families = responses.Select(r => r.Network.Family).Distinct().ToList();
        foreach (var (series, response) in responses.Index())
            plot.Line(series, response.Network.Name, [.. order(response.Deviations).Select(Math.Log10)], dashed: families.IndexOf(response.Network.Family) == 0 && families.Count > 1);

        plot.ShowLegend(Edge.Right);
        return plot;
    }
}

/// <summary>The layers of one trained network.</summary>
internal sealed record NetworkResponses(NetworkTraining Network, IReadOnlyList<LayerResponse> Layers)
{
    public IReadOnlyList<double> Deviations => [.. Layers.Select(layer => layer.Deviation)];

    public double Median => Statistics.Median(Deviations);
}
