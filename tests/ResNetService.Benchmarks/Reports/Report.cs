using ResNetService.Benchmarks.Measurement;
using ResNetService.Modeling.Tables;

namespace ResNetService.Benchmarks.Reports;

/// <summary>What a command found: printed, and written where a file is named.</summary>
internal sealed class Report
{
    private readonly List<string> _lines = [];

    private Report(IEnumerable<string> lines) => _lines.AddRange(lines);

    /// <param name="title">What was measured.</param>
    public static async Task<Report> BeginAsync(string title, CancellationToken cancellationToken) =>
        new([$"### {title}", "", .. await Machine.DescribeAsync(cancellationToken), ""]);

    public Report Add(params IEnumerable<string> lines)
    {
        _lines.AddRange(lines);
        return this;
    }

    public Report Add(MarkdownTable table) => Add([.. table.Lines(), ""]);

    /// <param name="file">Null to print only.</param>
    public void Write(TextWriter output, string? file)
    {
        foreach (var line in _lines)
            output.WriteLine(line);
        if (file is not null)
            WholeFile.Write(file, _lines);
    }
}
