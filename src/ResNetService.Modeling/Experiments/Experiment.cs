using ResNetService.Modeling.Experiments.Degradation;
using ResNetService.Modeling.Experiments.Responses;
using ResNetService.Modeling.Experiments.Shortcuts;
using ResNetService.Modeling.Experiments.Signals;
using ResNetService.Modeling.Experiments.Unravel;

namespace ResNetService.Modeling.Experiments;

/// <summary>A question of the paper that is put to networks: one row of the table.</summary>
/// <param name="Name">As the command line spells it.</param>
/// <param name="Question">What it asks, in one sentence.</param>
/// <param name="Networks">Whether it trains networks, or measures trained ones, and where it looks for them.</param>
/// <param name="Run">Measures, and writes CSV, plots and page to the output folder.</param>
internal sealed record Experiment(string Name, string Question, NetworkSource Networks, Action<ExperimentRun> Run)
{
    public static IReadOnlyList<Experiment> All { get; } =
        [SignalExperiment.Row, DegradationExperiment.Row, ShortcutsExperiment.Row, ResponsesExperiment.Row, UnravelExperiment.Row];
}

internal enum NetworkSource
{
    /// <summary>Networks of its own, never kept.</summary>
    Own,

    /// <summary>Trained in the output folder.</summary>
    Trained,

    /// <summary>Those that the degradation experiment trained, whatever their settings; trained there where they are missing.</summary>
    OfDegradation,
}

/// <summary>An experiment cannot begin or go on; the message says why and what would be right.</summary>
internal sealed class ExperimentException(string message) : Exception(message);
