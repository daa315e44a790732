using ResNetService.Benchmarks.LoadGeneration;
using ResNetService.Benchmarks.Reports;

namespace ResNetService.Benchmarks.Tests.Reports;

public sealed class TimeBudgetTests
{
    private static readonly Baseline Alone = new(PreprocessingSeconds: 0.0016, new(0.019, 0.038), new(0.0185, 0.037));

    [Fact]
    public void Stages_OfOneCaller_AddUpToWhatTheCallerSees()
    {
        TimedReply[] replies = [new(0.025, 0.0018, 0.0001, 0.0200, 0.0230), new(0.023, 0.0017, 0.0001, 0.0190, 0.0210)];

        var budget = TimeBudget.OfOneCaller(replies, decodeSeconds: 0.0015, Alone);

        Assert.Equal(0.024, budget.Total, 12);
        Assert.Equal(0.002, budget.Stages[0].Seconds, 12);
    }

    [Fact]
    public void Stages_UnderLoad_AddUpToTheProcessorTimeOfAnImage()
    {
        var budget = TimeBudget.UnderLoad(new(0, "service", "c=16", 50, 0.3, 0.4, 0.5, 1, CpuSecondsPerImage: 0.0395, 1), decodeSeconds: 0.0015, Alone);

        Assert.Equal(0.0395, budget.Total, 12);
        Assert.Equal(0.0009, budget.Stages[^1].Seconds, 12);
        Assert.EndsWith("| 39500 | 100.0 % |", budget.Table("stage", "µs").Lines().Last(), StringComparison.Ordinal);
    }
}
