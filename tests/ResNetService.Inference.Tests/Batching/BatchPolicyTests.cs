using ResNetService.Inference.Batching;

namespace ResNetService.Inference.Tests.Batching;

public sealed class BatchPolicyTests
{
    [Theory]
    // max, delay ms, ready, oldest ms -> take, wait ms
    [InlineData(8, 0, 1, 0, 1, 0)]
    [InlineData(8, 0, 7, 0, 7, 0)]
    [InlineData(8, 0, 8, 0, 8, 0)]
    [InlineData(8, 0, 20, 0, 8, 0)]
    [InlineData(8, 50, 1, 0, 0, 50)]
    [InlineData(8, 50, 1, 20, 0, 30)]
    [InlineData(8, 50, 1, 50, 1, 0)]
    [InlineData(8, 50, 3, 90, 3, 0)]
    [InlineData(8, 50, 8, 0, 8, 0)]
    [InlineData(1, 50, 1, 0, 1, 0)]
    public void Decide_IndependentRuns_Table(int max, int delay, int ready, int oldest, int take, int wait)
    {
        foreach (var running in new[] { 0, 3 })
        {
            var decision = new BatchPolicy(max, TimeSpan.FromMilliseconds(delay)).Decide(new(ready, TimeSpan.FromMilliseconds(oldest), Held: 40, running, RunsShare: false));

            Assert.Equal(new(take, TimeSpan.FromMilliseconds(wait), Shares: false), decision);
        }
    }

    [Theory]
    // ready, held, running, they share -> take, shares
    [InlineData(1, 1, 0, false, 1, false)]
    [InlineData(3, 3, 0, false, 3, false)]
    [InlineData(1, 4, 0, false, 1, true)]
    [InlineData(4, 4, 0, false, 1, true)]
    [InlineData(5, 5, 0, false, 2, true)]
    [InlineData(8, 40, 0, false, 8, true)]
    [InlineData(2, 20, 1, true, 2, true)]
    [InlineData(8, 9, 3, true, 3, true)]
    public void Decide_FourShares_Table(int ready, int held, int running, bool share, int take, bool shares)
    {
        var decision = new BatchPolicy(8, TimeSpan.Zero, Shares: 4).Decide(new(ready, TimeSpan.Zero, held, running, share));

        Assert.Equal(new(take, TimeSpan.Zero, shares), decision);
    }

    /// <summary>Beside a run that has all cores nothing starts, and beside those that share them none that wants all.</summary>
    [Theory]
    [InlineData(2, false)]
    [InlineData(40, false)]
    [InlineData(3, true)]
    public void Decide_FourSharesAndARunOfTheOtherKind_WaitsForItsEnd(int held, bool share)
    {
        var decision = new BatchPolicy(8, TimeSpan.Zero, Shares: 4).Decide(new(1, TimeSpan.FromSeconds(1), held, Running: 1, share));

        Assert.Equal(BatchDecision.WaitForARun, decision);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    public void Decide_SharesAndDelay_WaitsUntilTheShareIsFull(int ready, int take)
    {
        var decision = new BatchPolicy(8, TimeSpan.FromSeconds(1), Shares: 4).Decide(new(ready, TimeSpan.Zero, Held: 8, Running: 0, RunsShare: false));

        Assert.Equal(take, decision.Take);
    }
}
