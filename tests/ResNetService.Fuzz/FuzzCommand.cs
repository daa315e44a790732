using System.CommandLine;
using ResNetService.Fuzz.Campaigns;
using ResNetService.Fuzz.Targets;
using ResNetService.TestSupport;

namespace ResNetService.Fuzz;

/// <summary>The command line: 0 where nothing was found, 1 where something was, 2 where it is used wrongly.</summary>
internal static class FuzzCommand
{
    /// <summary>A run that has not come back by then never will.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Option<double> Seconds = new("--seconds") { Description = "How long, over all targets.", DefaultValueFactory = _ => 60 };
    private static readonly Option<long> Runs = new("--runs") { Description = "The most runs of each target.", DefaultValueFactory = _ => long.MaxValue };
    private static readonly Option<int> Seed = new("--seed") { Description = "The same seed gives the same inputs.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string[]> Targets = new("--target") { Description = $"What is fed, any number of {string.Join(", ", TargetList.Names)}; all unless given." };
    private static readonly Option<string> Findings = new("--findings") { Description = "Folder for inputs that show a fault.", DefaultValueFactory = _ => Path.Combine(Repository.Root, "artifacts", "fuzz") };
    private static readonly Option<string?> Corpus = new("--corpus") { Description = "Folder of further inputs to begin with." };
    private static readonly Option<string?> Replay = new("--replay") { Description = "File of a finding, to be run once." };

    public static int Run(string[] arguments)
    {
        var command = new RootCommand("Feeds every reader of the product with damaged input, led by the branches that it takes.") { Seconds, Runs, Seed, Targets, Findings, Corpus, Replay };
        var parsed = command.Parse(arguments);
        if (parsed.Errors.Count > 0 || parsed.GetValue(Targets)?.Except(TargetList.Names).Any() == true)
        {
            Console.Error.WriteLine(string.Join(Environment.NewLine, [.. parsed.Errors.Select(error => error.Message), $"The targets are {string.Join(", ", TargetList.Names)}."]));
            return 2;
        }

        command.SetAction(Fuzz);
        return parsed.Invoke();
    }

    private static int Fuzz(ParseResult parsed)
    {
        var names = parsed.GetValue(Targets) is { Length: > 0 } given ? given : TargetList.Names;
        var each = TimeSpan.FromSeconds(parsed.GetValue(Seconds) / names.Count);
        var found = 0;
        foreach (var name in names)
        {
            using var target = TargetList.Create(name);
            var campaign = new Campaign(target, parsed.GetValue(Seed), parsed.GetValue(Findings)!, TimeProvider.System);
            if (parsed.GetValue(Replay) is { } file)
                found += Report(campaign.Replay(File.ReadAllBytes(file)));
            else if (Watch(campaign, () => campaign.Run(each, parsed.GetValue(Runs), More(parsed.GetValue(Corpus)))) is not { } report)
                return 1;
            else
                found += Report(report);
        }

        return found == 0 ? 0 : 1;
    }

    /// <returns>Null where a run does not end: nothing more can be done in this process.</returns>
    private static CampaignReport? Watch(Campaign campaign, Func<CampaignReport> run)
    {
        CampaignReport? report = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                report = run();
            }
            catch (Exception e)
            {
                failure = e;
            }
        })
        { IsBackground = true };
        thread.Start();
        while (!thread.Join(TimeSpan.FromSeconds(1)))
        {
            if (campaign.Current is { Input: var input, Since: var since } && TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                Console.WriteLine($"hang: {campaign.Abandon(input, Patience)}");
                return null;
            }
        }

        return failure is null ? report : throw new InvalidOperationException("The fuzzer itself failed.", failure);
    }

    private static IEnumerable<byte[]> More(string? folder) =>
        folder is null ? [] : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes);

    private static int Report(Finding? finding)
    {
        Console.WriteLine(finding?.Detail ?? "Nothing.");
        return finding is null ? 0 : 1;
    }

    private static int Report(CampaignReport report)
    {
        Console.WriteLine($"{report.Target,-16} {report.Runs,10} runs  {report.Kept,6} kept  {report.Branches,6} branches  {report.Outcomes,5} outcomes  {report.Findings.Count,3} findings");
        foreach (var finding in report.Findings)
            Console.WriteLine($"  {finding}");
        return report.Findings.Count;
    }
}
