using System.Text.RegularExpressions;
using ResNetService.Benchmarks.Commands;

namespace ResNetService.Benchmarks.Tests.Commands;

/// <summary>The commands of docs/performance.md exist, and all that exist are in it.</summary>
public sealed partial class PerformanceDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "performance.md"));

    [Fact]
    public void Commands_OfTheTable_AreUnderstood() =>
        Assert.All(
            Rows().Matches(Document).Select(match => match.Groups[1].Value),
            line => Assert.Empty(BenchmarksCommand.Create().Parse(line).Errors));

    [Fact]
    public void Commands_AreAllInTheTable()
    {
        var documented = Rows().Matches(Document).Select(match => match.Groups[1].Value.Split(' ')[0]);

        Assert.Equal(BenchmarksCommand.Create().Subcommands.Where(command => !command.Hidden).Select(command => command.Name).Order(), documented.Order());
    }

    [Fact]
    public async Task Arguments_ThatAreWrong_AreAllNamed_AndNothingRuns()
    {
        var error = new StringWriter();

        var code = await BenchmarksCommand.RunAsync(["load", "--concurrency", "0", "--rates", "fast", "--rounds", "-1", "--peers", "java"], TextWriter.Null, error);

        Assert.Equal(2, code);
        Assert.All(["--concurrency has '0'", "--rates has 'fast'", "--rounds is '-1'", "java"], text => Assert.Contains(text, error.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Model_ThatIsAbsent_IsNamed()
    {
        var error = new StringWriter();

        var code = await BenchmarksCommand.RunAsync(["load", "--model", "no-such-model"], TextWriter.Null, error);

        Assert.Equal(1, code);
        Assert.StartsWith("benchmarks: there is no model no-such-model in ", error.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\| `benchmarks ([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
