using ResNetService.Benchmarks.Processes;

namespace ResNetService.Benchmarks.Tests.Processes;

public sealed class ProcessTreeTests : IDisposable
{
    private readonly string _proc = Directory.CreateTempSubdirectory("proc-").FullName;

    public void Dispose() => Directory.Delete(_proc, recursive: true);

    [Fact]
    public void Tree_SumsOverAllDescendants_AndNobodyElse()
    {
        Add(10, parent: 1, ticks: 100, resident: 1000, peak: 2000);
        Add(11, parent: 10, ticks: 20, resident: 300, peak: 400);
        Add(12, parent: 11, ticks: 3, resident: 50, peak: 60);
        Add(13, parent: 1, ticks: 7777, resident: 7777, peak: 7777);
        Directory.CreateDirectory(Path.Combine(_proc, "sys"));

        var tree = new ProcessTree(10, _proc);

        Assert.Equal(TimeSpan.FromSeconds(1.23), tree.CpuTime);
        Assert.Equal(1350 * 1024, tree.ResidentBytes);
        Assert.Equal(2460 * 1024, tree.PeakResidentBytes);
    }

    [Fact]
    public void Process_ThatIsLoaded_IsAccountedFor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        var tree = new ProcessTree(Environment.ProcessId);
        var (before, mine) = (tree.CpuTime, Environment.CpuUsage.TotalTime);

        while (Environment.CpuUsage.TotalTime - mine < TimeSpan.FromMilliseconds(50))
        {
        }

        Assert.True(tree.CpuTime > before);
        Assert.InRange(tree.ResidentBytes, 1_000_000, long.MaxValue);
        Assert.InRange(tree.PeakResidentBytes, 1_000_000, long.MaxValue);
    }

    private void Add(int id, int parent, int ticks, int resident, int peak)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_proc, id.ToString(null, null))).FullName;
        File.WriteAllText(Path.Combine(directory, "stat"), $"{id} (x) S {parent} 0 0 0 0 0 0 0 0 0 {ticks} 0 0 0 20 0 1 0 0 0 0");
        File.WriteAllText(Path.Combine(directory, "status"), $"Name:\tx\nVmHWM:\t  {peak} kB\nVmRSS:\t  {resident} kB\n");
    }
}
