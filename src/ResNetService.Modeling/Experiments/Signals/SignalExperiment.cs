namespace ResNetService.Modeling.Experiments.Signals;

/// <summary>How large activations and gradients are, layer by layer: the vanishing that the paper begins with (section 1), and what keeps it off.</summary>
internal static class SignalExperiment
{
    public static Experiment Row { get; } = new(
        "signal",
        "How do activations and gradients come through a deep network, by nonlinearity, first weights, BatchNorm and the way around a layer?",
        NetworkSource.Own,
        run => Run(run, run.Options.IsFull ? SignalSetting.Full : SignalSetting.Quick));

    public static void Run(ExperimentRun run, SignalSetting setting)
    {
        var results = Measure(run, setting);
        Directory.CreateDirectory(run.Options.Output);
        CsvFile.Write(run.PathOf("signal.csv"), "depth,nonlinearity,initialization,batch_norm,way,when,layer,activation_std,gradient_std,flat", results.SelectMany(Layers));
        CsvFile.Write(run.PathOf("signal-networks.csv"), "depth,nonlinearity,initialization,batch_norm,way,first_loss,last_loss", results.Select(r => (object[])[.. Names(r.Design), r.FirstLoss, r.LastLoss]));
        var pictures = SignalPlots.Write(run, setting, results);

        var page = new ExperimentPage(Row).Section("Findings").List(SignalFindings.Of(results));
        page.Paragraph($"A gradient counts as vanishing where its standard deviation behind the first layer is less than a {GradientFlow.Limit:F0}th of that behind the last, as exploding where it is more than {GradientFlow.Limit:F0} times that.");
        page.Section("Gradients that come through").Table(SignalFindings.FlowHeader, SignalFindings.FlowRows(results));
        page.Section("Layer by layer");
        foreach (var (file, description) in pictures)
            page.Picture(file, description);
        page.Write(run,
        [
            ("network", $"3x3 convolutions of {setting.Width} channels on {(run.Options.Data is null ? "normal noise" : "the training images")} of 32x32 pixels; the first has stride 2 and is not counted; mean over pixels, linear layer"),
            ("depths", string.Join(", ", setting.Depths)),
            ("images a batch", $"{setting.BatchSize}"),
            ("training", FormattableString.Invariant($"{setting.Steps} steps over {setting.Batches} batches, SGD at {setting.LearningRate}, momentum 0.9, weight decay 1e-4")),
            ("measured", "on the first batch, in training mode, before the first step and after the last; standard deviations over images, channels and pixels of what each layer, or block of two, gives to the next"),
        ]);
    }

    private static List<ProbeResult> Measure(ExperimentRun run, SignalSetting setting)
    {
        var designs = ProbeDesign.All(setting.Depths).ToArray();
        var batches = setting.Load(run);
        try
        {
            return run.Progress.Show("measuring networks", designs.Length, progress =>
            {
                var results = new List<ProbeResult>();
                foreach (var design in designs)
                {
                    using var probe = new Probe(design, setting.Width, SignalSetting.Classes, run.Options.Seed);
                    results.Add(probe.Run(batches, setting.Steps, setting.LearningRate, run.CancellationToken));
                    progress.Report(results.Count);
                }

                return results;
            });
        }
        finally
        {
            foreach (var (images, classes) in batches)
            {
                images.Dispose();
                classes.Dispose();
            }
        }
    }

    private static IEnumerable<object[]> Layers(ProbeResult result) =>
        from measured in new[] { (When: "first", Layers: result.AtFirst), (When: "trained", Layers: result.Trained) }
        from layer in measured.Layers
        select (object[])[.. Names(result.Design), measured.When, layer.Layer, layer.Activation, layer.Gradient, layer.Flat];

    private static object[] Names(ProbeDesign design) =>
        [design.Depth, Lower(design.Nonlinearity), Lower(design.Initialization), design.BatchNorm, Lower(design.Way)];

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
