using ResNetService.Benchmarks.Processes;

namespace ResNetService.Benchmarks.Tests.Processes;

public sealed class ProcessStatTests
{
    [Theory]
    [InlineData("dotnet")]
    [InlineData("(sd-pam)")]
    [InlineData("a) S 9 (b")]
    public void Line_WithAnyName_GivesParentAndCpuTimeOfProcessAndEndedChildren(string name)
    {
        var stat = ProcessStat.Parse($"4711 ({name}) S 12 4711 4711 0 -1 4194304 100 0 0 0 250 50 30 20 20 0 12 0 100 1000 200 18446744073709551615");

        Assert.Equal((4711, 12, TimeSpan.FromSeconds(3.5)), (stat.Id, stat.ParentId, stat.CpuTime));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4711 (dotnet) S 12")]
    [InlineData("no process")]
    public void Line_OfAnotherKind_IsRefused(string line) => Assert.Throws<FormatException>(() => ProcessStat.Parse(line));
}
