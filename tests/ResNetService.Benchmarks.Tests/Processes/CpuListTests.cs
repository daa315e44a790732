using ResNetService.Benchmarks.Processes;

namespace ResNetService.Benchmarks.Tests.Processes;

public sealed class CpuListTests
{
    [Theory]
    [InlineData("0", new[] { 0 })]
    [InlineData("\t0-1\n", new[] { 0, 1 })]
    [InlineData("2-4,8,10-11", new[] { 2, 3, 4, 8, 10, 11 })]
    public void List_GivesEveryProcessor(string list, int[] expected) => Assert.Equal(expected, CpuList.Parse(list));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    public void Text_ThatIsNoList_IsRefused(string list) => Assert.Throws<FormatException>(() => CpuList.Parse(list));

    [Fact]
    public void Allowed_AreAsManyAsTheRuntimeCounts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        Assert.True(CpuList.Allowed().Count >= Environment.ProcessorCount);
    }
}
