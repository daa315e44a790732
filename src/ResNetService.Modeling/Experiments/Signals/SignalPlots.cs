using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Plotting;
using ScottPlot;

namespace ResNetService.Modeling.Experiments.Signals;

/// <summary>A figure for each depth, quantity and time: a panel for each nonlinearity (columns) and initialisation (rows).</summary>
internal static class SignalPlots
{
    /// <summary>Each with the corner that its lines leave free where they vanish.</summary>
    private static readonly (string Name, Func<LayerScale, double> Scale, Alignment Legend)[] Quantities =
    [
        ("gradient", layer => layer.Gradient, Alignment.LowerRight),
        ("activation", layer => layer.Activation, Alignment.LowerLeft),
    ];

    /// <returns>Each file without extension, and what it shows.</returns>
    public static IReadOnlyList<(string File, string Description)> Write(ExperimentRun run, SignalSetting setting, IReadOnlyList<ProbeResult> results)
    {
        var pictures = new List<(string, string)>();
        foreach (var depth in setting.Depths)
        {
            var ofDepth = results.Where(r => r.Design.Depth == depth).ToArray();
            foreach (var trained in new[] { false, true })
            {
                foreach (var (quantity, scale, legend) in Quantities)
                {
                    var file = $"signal-{depth}-{quantity}-{(trained ? "trained" : "first")}";
                    Save(run.PathOf(file), $"std of {quantity}", legend, ofDepth, result => (trained ? result.Trained : result.AtFirst).Select(l => (l.Layer, scale(l))));
                    pictures.Add((file, $"Standard deviation of the {quantity} by layer, {depth} layers, {(trained ? $"after {setting.Steps} steps" : "with the first weights")}; with BatchNorm solid, without dashed"));
                }
            }
        }

        return pictures;
    }

    private static void Save(string path, string axis, Alignment legend, ProbeResult[] results, Func<ProbeResult, IEnumerable<(int Layer, double Scale)>> scales)
    {
        Plot[] panels =
        [
            .. from initialization in Enum.GetValues<InitializationKind>()
               from nonlinearity in Enum.GetValues<Nonlinearity>()
               select Panel(
                $"{nonlinearity.ToString().ToLowerInvariant()}, {initialization}",
                axis,
                results.Where(r => r.Design.Initialization == initialization && r.Design.Nonlinearity == nonlinearity),
                scales),
        ];
        panels[0].ShowLegend(legend);
        foreach (var panel in panels.Skip(1))
            panel.HideLegend();
        PlotFiles.Save(panels, Enum.GetValues<Nonlinearity>().Length, path, 1050, 640);
    }

    private static Plot Panel(string title, string axis, IEnumerable<ProbeResult> results, Func<ProbeResult, IEnumerable<(int Layer, double Scale)>> scales)
    {
        var plot = Chart.Create(title, "layer", axis, logarithmic: true);
        foreach (var result in results.OrderByDescending(r => r.Design.BatchNorm))
        {
            var (way, layers) = (result.Design.Way, scales(result).ToArray());
            plot.Line(
                (int)way,
                result.Design.BatchNorm ? way.ToString().ToLowerInvariant() : null,
                [.. layers.Select(l => Math.Log10(l.Scale))],
                [.. layers.Select(l => (double)l.Layer)],
                dashed: !result.Design.BatchNorm);
        }

        return plot;
    }
}
