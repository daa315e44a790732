using System.Runtime.InteropServices;
using System.Text;
using ResNetService.Modeling.Tables;

namespace ResNetService.Modeling.Experiments;

/// <summary>The page that an experiment leaves: question, findings, plots, numbers, and how to repeat it. Markdown.</summary>
internal sealed class ExperimentPage
{
    private readonly StringBuilder _text = new();
    private readonly Experiment _experiment;

    public ExperimentPage(Experiment experiment)
    {
        _experiment = experiment;
        _text.Append("# ").Append(experiment.Name).Append("\n\n").Append(experiment.Question).Append('\n');
    }

    public ExperimentPage Section(string title) => Add($"## {title}");

    public ExperimentPage Paragraph(string text) => Add(text);

    public ExperimentPage List(IEnumerable<string> items) => Add(string.Join('\n', items.Select(item => "- " + item)));

    /// <param name="file">Of the output folder, without extension.</param>
    public ExperimentPage Picture(string file, string description) => Add($"![{description}]({file}.svg)");

    public ExperimentPage Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows) =>
        Add(string.Join('\n', rows.Prepend(header.Select(_ => "---").ToArray()).Prepend(header).Select(row => $"| {string.Join(" | ", row)} |")));

    /// <summary>Ends the page with the settings and the command, and writes it as <c>NAME.md</c>.</summary>
    public void Write(ExperimentRun run, IEnumerable<(string Name, string Value)> settings)
    {
        Section("Settings");
        Table(["setting", "value"], settings
            .Append(("seed", $"{run.Options.Seed}"))
            .Append(("machine", $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors"))
            .Select(setting => new[] { setting.Item1, setting.Item2 }));
        Add($"```sh\n{run.Options.Command}\n```");
        WholeFile.Write(run.PathOf(_experiment.Name + ".md"), _text.ToString());
    }

    private ExperimentPage Add(string paragraph)
    {
        _text.Append('\n').Append(paragraph).Append('\n');
        return this;
    }
}
