using ResNetService.Fuzz.Mutation;

namespace ResNetService.Fuzz.Campaigns;

/// <param name="Kept">Inputs that reached something new.</param>
/// <param name="Branches">Pairs of branches of the product that were taken.</param>
internal sealed record CampaignReport(string Target, long Runs, int Kept, int Branches, int Outcomes, IReadOnlyList<string> Findings);

/// <summary>
/// Feeds a target with mutations of what reached something new before. The same seed gives the same inputs, one after the other; time decides only how many.
/// </summary>
internal sealed class Campaign(IFuzzTarget target, int seed, string folder, TimeProvider time)
{
    private const int MostFindings = 10;

    private readonly Random _random = new(seed);
    private readonly List<byte[]> _kept = [];
    private readonly Dictionary<string, string> _findings = [];
    private readonly FindingFolder _folder = new(folder, seed);
    private readonly InputRunner _runner = new(target, time);
    private long _runs;

    /// <inheritdoc cref="InputRunner.Current"/>
    public RunningInput? Current => _runner.Current;

    /// <param name="more">Inputs to begin with besides those of the target.</param>
    public CampaignReport Run(TimeSpan duration, long mostRuns, IEnumerable<byte[]> more)
    {
        var (start, mutator) = (time.GetTimestamp(), new Mutator(_random, target.Words, target.Longest));
        using var last = new LastInput(folder, target.Name);
        foreach (var input in target.Seeds.Concat(more).Where(input => input.Length <= target.Longest))
        {
            Try(input, last);
            if (_kept.Count == 0)
                _kept.Add(input);
        }

        while (_runs < mostRuns && _findings.Count < MostFindings && time.GetElapsedTime(start) < duration)
            Try(mutator.Mutate(Pick(), Pick()), last);
        return new(target.Name, _runs, _kept.Count, _runner.Branches, _runner.Outcomes, [.. _findings.Values]);
    }

    /// <summary>One run of an input that was kept.</summary>
    public Finding? Replay(byte[] input) => _runner.Run(input).Finding;

    /// <summary>Saves an input that does not come back.</summary>
    public string Abandon(byte[] input, TimeSpan after) => _folder.Save(target.Name, new("hang", $"No end after {after.TotalSeconds:F0} s."), input);

    /// <summary>Half of the time one of the last quarter: what was found lately leads further.</summary>
    private byte[] Pick() => _kept[_random.Next(2) == 0 ? _random.Next(_kept.Count * 3 / 4, _kept.Count) : _random.Next(_kept.Count)];

    private void Try(byte[] input, LastInput last)
    {
        _runs++;
        last.Set(input);
        var result = _runner.Run(input);
        if (result.Finding is { } finding)
        {
            if (_findings.TryAdd(finding.Key, ""))
                _findings[finding.Key] = $"{finding.Key}: {_folder.Save(target.Name, finding, Minimizer.Minimize(input, shorter => _runner.Shows(shorter, finding)))}";
        }
        else if (result.IsNew)
        {
            _kept.Add(input);
        }
    }
}
