using ResNetService.Fuzz.Coverage;

namespace ResNetService.Fuzz.Campaigns;

/// <param name="Outcome">Null where there is a finding.</param>
internal sealed record RunResult(string? Outcome, bool IsNew, Finding? Finding);

/// <param name="Since">A timestamp.</param>
internal sealed record RunningInput(byte[] Input, long Since);

/// <summary>Runs one input after the other against a target, and knows what a run may not do.</summary>
internal sealed class InputRunner(IFuzzTarget target, TimeProvider time)
{
    /// <summary>Of a run. A machine that is busy with something else is no finding: what takes longer is tried again.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private const int Attempts = 3;

    private readonly CoverageMap.KnownBranches _branches = new();
    private readonly HashSet<string> _outcomes = [];
    private RunningInput? _current;

    public int Branches => _branches.Count;

    public int Outcomes => _outcomes.Count;

    /// <summary>Null between runs. Whoever watches reads it from another thread.</summary>
    public RunningInput? Current => Volatile.Read(ref _current);

    public RunResult Run(byte[] input)
    {
        CoverageMap.Instance.Reset();
        var (outcome, finding) = Check(input);
        var isNew = CoverageMap.Instance.AddTo(_branches);
        return new(outcome, isNew | (outcome is not null && _outcomes.Add(outcome)), finding);
    }

    /// <summary>Whether an input still shows a finding.</summary>
    public bool Shows(byte[] input, Finding finding) => Check(input).Finding?.Key == finding.Key;

    private (string? Outcome, Finding? Finding) Check(byte[] input)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (outcome, finding, took) = Measure(input);
            if (finding is not null || took <= Longest)
                return (outcome, finding);
            if (attempt == Attempts)
                return (null, new("slow", $"{took.TotalSeconds:F1} s, {Attempts} times."));
        }
    }

    private (string? Outcome, Finding? Finding, TimeSpan Took) Measure(byte[] input)
    {
        var (start, allocated) = (time.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        Volatile.Write(ref _current, new(input, start));
        try
        {
            var outcome = target.Run(input);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            return allocated <= target.MostAllocated
                ? (outcome, null, time.GetElapsedTime(start))
                : (null, new("allocation", $"{allocated} bytes were allocated for {input.Length}; {target.MostAllocated} are the most."), default);
        }
        catch (Exception e)
        {
            return (null, Finding.Of(e), default);
        }
        finally
        {
            Volatile.Write(ref _current, null);
        }
    }
}
