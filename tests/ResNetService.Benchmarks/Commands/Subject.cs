using System.CommandLine;

namespace ResNetService.Benchmarks.Commands;

/// <summary>What a command measures, and where it reports.</summary>
/// <param name="Models">The model repository.</param>
/// <param name="Images">A folder of photographs.</param>
/// <param name="Service">Where the service was published; null to publish it.</param>
/// <param name="Output">The report's file; null to print only.</param>
internal sealed record Subject(TextWriter Console, string Models, string Model, string Images, string? Service, string? Output);

/// <summary>The options that give it.</summary>
internal sealed class SubjectOptions
{
    private readonly Option<string> _models = BenchmarkOptions.Models();
    private readonly Option<string> _model = BenchmarkOptions.Model();
    private readonly Option<string> _images = BenchmarkOptions.Images();
    private readonly Option<string?> _service = BenchmarkOptions.Service();
    private readonly Option<string?> _output = BenchmarkOptions.Output();

    /// <param name="own">The options that no other command need have.</param>
    public Command Command(string name, string description, params IEnumerable<Option> own)
    {
        var command = new Command(name, description) { _models, _model, _images };
        foreach (var option in own)
            command.Add(option);
        command.Add(_service);
        command.Add(_output);
        return command;
    }

    public Subject Read(ParseResult parsed) => new(
        parsed.InvocationConfiguration.Output, parsed.GetRequiredValue(_models), parsed.GetRequiredValue(_model), parsed.GetRequiredValue(_images),
        parsed.GetValue(_service), parsed.GetValue(_output));
}
