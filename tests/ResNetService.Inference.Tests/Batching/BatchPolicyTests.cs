using ResNetService.Inference.Batching;

namespace ResNetService.Inference.Tests.Batching;

public sealed class BatchPolicyTests
{
    [Theory]
    // max, delay ms, waiting, oldest ms -> take, wait ms
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
    public void Decide_Table(int max, int delay, int waiting, int oldest, int take, int wait)
    {
        var decision = new BatchPolicy(max, TimeSpan.FromMilliseconds(delay)).Decide(waiting, TimeSpan.FromMilliseconds(oldest));

        Assert.Equal((take, TimeSpan.FromMilliseconds(wait)), (decision.Take, decision.Wait));
    }
}
