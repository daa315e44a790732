using ResNetService.Benchmarks.Reports;

namespace ResNetService.Benchmarks.Tests.Reports;

public sealed class MemoryGrowthTests
{
    [Fact]
    public void Growth_IsLastQuarterToFirst_ByMedians()
    {
        // One spike in the first quarter is no level.
        var growth = new MemoryGrowth([100, 900, 100, 110, 110, 110, 120, 120, 120, 130, 130, 130]);

        Assert.Equal(0.3, growth.FirstToLast, 9);
    }

    [Fact]
    public void Memory_ThatIsGivenBack_IsNoGrowth() => Assert.True(new MemoryGrowth([200, 150, 120, 100]).FirstToLast < 0);
}
