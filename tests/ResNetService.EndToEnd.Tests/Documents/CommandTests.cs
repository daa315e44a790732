using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using ResNetService.Modeling.Commands;

namespace ResNetService.EndToEnd.Tests.Documents;

/// <summary>The commands that documents show: those of the companion can be parsed, those that ask a service are answered.</summary>
[Collection(BuildsOfTheRepository.Name)]
public sealed partial class CommandTests
{
    public static TheoryData<string> Documents => [.. MarkdownDocument.All];

    [Theory]
    [MemberData(nameof(Documents))]
    public void CommandOfTheCompanion_IsOneThatThereIs(string path)
    {
        foreach (var command in MarkdownDocument.Read(path).Commands)
        {
            if (Companion().Match(command) is not { Success: true } match)
                continue;
            var parsed = ResNetCommand.Create().Parse(CommandLineParser.SplitCommandLine(match.Groups["arguments"].Value).ToArray());
            Assert.True(parsed.Errors.Count == 0, $"{command}: {string.Join(' ', parsed.Errors.Select(error => error.Message))}");
        }
    }

    /// <summary>A model that is pulled first in the document is not there; of a command that asks for it the form is the same as of others.</summary>
    [Fact]
    public async Task CurlInDocuments_IsAnsweredByTheServiceAsItComes()
    {
        var token = TestContext.Current.CancellationToken;
        var commands = MarkdownDocument.All.Where(path => path.StartsWith("docs/", StringComparison.Ordinal)).SelectMany(path => MarkdownDocument.Read(path).Commands)
            .Where(command => command.StartsWith("curl ", StringComparison.Ordinal) && !command.Contains("resnet50", StringComparison.Ordinal)).Distinct().ToArray();
        Assert.NotEmpty(commands);

        using var service = await RunningService.StartAsync(RunningService.BuiltCommand, [], token);
        foreach (var command in commands)
            await service.RunAsync(command.Replace("curl ", "curl --fail-with-body --silent --show-error ", StringComparison.Ordinal).Replace(" -o cat-map.png", " -o /dev/null", StringComparison.Ordinal), token);
    }

    [GeneratedRegex(@"^(?:resnet|dotnet run -c Release --project src/ResNetService\.Modeling(?: -p:\S+)? --) (?<arguments>[a-z].*?)(?: [>|&].*)?$")]
    private static partial Regex Companion();
}
